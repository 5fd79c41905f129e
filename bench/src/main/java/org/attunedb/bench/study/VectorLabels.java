package org.attunedb.bench.study;

import java.util.List;

/**
 * Labelled queries as the recipes of others take them: ready vectors and rows of the corpus.
 *
 * @param queries of unit length
 * @param relevant for each query, the rows that are relevant to it, at least one
 */
record VectorLabels(List<float[]> queries, List<int[]> relevant) {
  VectorLabels {
    if (queries.size() != relevant.size()) {
      throw new IllegalArgumentException(
          queries.size() + " queries and " + relevant.size() + " lists of rows");
    }
    queries = List.copyOf(queries);
    relevant = List.copyOf(relevant);
  }

  int size() {
    return queries.size();
  }

  /** Some of them, by index. */
  VectorLabels at(List<Integer> indexes) {
    return new VectorLabels(
        indexes.stream().map(queries::get).toList(), indexes.stream().map(relevant::get).toList());
  }

  /** Whether a row is relevant to a query. */
  boolean isRelevant(int query, int row) {
    for (int each : relevant.get(query)) {
      if (each == row) {
        return true;
      }
    }
    return false;
  }
}
