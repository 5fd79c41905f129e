/**
 * A format of vectors whose graph is jvector's: Lucene's files, checksums and commits around a
 * Vamana graph that is read from the disk as it is walked. Only this package knows jvector.
 */
@NullMarked
package org.attunedb.index.internal.lucene.jvector;

import org.jspecify.annotations.NullMarked;
