/**
 * How fast writes become durable and visible, and how fast a store opens after a crash. Each figure
 * that is a claim is measured beside what it is compared with, in one run.
 */
@NullMarked
package org.attunedb.bench.write;

import org.jspecify.annotations.NullMarked;
