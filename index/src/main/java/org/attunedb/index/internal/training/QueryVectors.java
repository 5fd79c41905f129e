package org.attunedb.index.internal.training;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.Query;
import org.attunedb.index.internal.search.CollectionView;

/** The base vectors of queries; texts are embedded in one call. Stateless. */
final class QueryVectors {
  private QueryVectors() {}

  static List<Embedding> of(CollectionView view, List<Query> queries) {
    List<String> texts = new ArrayList<>();
    for (Query query : queries) {
      if (query instanceof Query.ByText text) {
        texts.add(text.text());
      }
    }
    var embedded = (texts.isEmpty() ? List.<Embedding>of() : view.embedQueries(texts)).iterator();
    List<Embedding> vectors = new ArrayList<>();
    for (Query query : queries) {
      Embedding vector =
          switch (query) {
            case Query.ByText text -> embedded.next();
            case Query.ByEmbedding given -> given.embedding();
            case Query.ByTextAndEmbedding given -> given.embedding();
          };
      if (vector.dimension() != view.spec().dimension()) {
        throw new InvalidInputException(
            ErrorCode.DIMENSION_MISMATCH,
            "query %s has %s dimensions, expected %s"
                .formatted(vectors.size(), vector.dimension(), view.spec().dimension()));
      }
      vectors.add(vector);
    }
    return vectors;
  }
}
