/**
 * The embedded store. {@link org.attunedb.index.Attune} opens a folder, {@link
 * org.attunedb.index.VectorCollection} holds documents and answers searches, {@link
 * org.attunedb.index.DeepMemory} trains the adapter of a collection. Everything below {@code
 * internal} may change without notice.
 */
@NullMarked
package org.attunedb.index;

import org.jspecify.annotations.NullMarked;
