/**
 * Measurements: benchmarks, recall, and comparisons with peers. Nothing depends on this package.
 */
@NullMarked
package org.attunedb.bench;

import org.jspecify.annotations.NullMarked;
