package org.attunedb.core.search;

import org.attunedb.core.Document;
import org.jspecify.annotations.Nullable;

/**
 * One found document.
 *
 * @param id its id
 * @param score in vector mode on the collection's {@link org.attunedb.core.Similarity} scale, in
 *     keyword mode BM25, in hybrid mode the fused score; higher is better everywhere
 * @param rank 1 for the best hit
 * @param document text and metadata (no embedding) if the request asked for them
 */
public record SearchHit(String id, float score, int rank, @Nullable Document document) {}
