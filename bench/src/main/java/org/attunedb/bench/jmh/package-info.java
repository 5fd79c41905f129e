/**
 * {@code attune bench jmh}: how long the hot paths take. Benchmarks are public because JMH makes
 * subclasses of them in a package of its own.
 */
@NullMarked
package org.attunedb.bench.jmh;

import org.jspecify.annotations.NullMarked;
