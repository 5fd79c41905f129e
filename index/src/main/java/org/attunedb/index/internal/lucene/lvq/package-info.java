/**
 * A format that keeps vectors as codes of 8 bits for each component and nothing else: Lucene's HNSW
 * graph and files around locally-adaptive vector quantisation.
 */
@NullMarked
package org.attunedb.index.internal.lucene.lvq;

import org.jspecify.annotations.NullMarked;
