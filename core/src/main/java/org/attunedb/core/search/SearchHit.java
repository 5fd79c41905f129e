package org.attunedb.core.search;

import org.attunedb.core.Document;
import org.jspecify.annotations.Nullable;

/**
 * One found document.
 *
 * @param id its id
 * @param score higher is better everywhere. In vector mode on the collection's {@link
 *     org.attunedb.core.Similarity} scale (cosine, inner product, or {@code 1 / (1 + d²)}); in
 *     keyword mode BM25, above 0; in hybrid mode the fused score: 0 to 1 by weighted scores, above
 *     0 to {@code 2 / (constant + 1)} by reciprocal ranks. Where hybrid search has one ranking
 *     only, which a warning says, that ranking's score
 * @param rank place in the order of hits, 1 for the best one; counts on from the request's offset,
 *     but begins with 1 behind a {@link SearchAfter}
 * @param document text and metadata (no embedding) if the request asked for them
 */
public record SearchHit(String id, float score, int rank, @Nullable Document document) {}
