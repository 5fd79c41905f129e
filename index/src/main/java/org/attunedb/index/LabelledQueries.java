package org.attunedb.index;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.Query;

/**
 * Queries and, for each, the documents that were judged for it: what training learns from and
 * evaluation measures against.
 *
 * @param queries texts, vectors or both
 * @param relevance one element a query
 */
public record LabelledQueries(List<Query> queries, List<Relevance> relevance) {
  /** Copies the lists and checks that they have the same length. */
  public LabelledQueries {
    queries = List.copyOf(queries);
    relevance = List.copyOf(relevance);
    if (queries.size() != relevance.size()) {
      throw new InvalidInputException(
          ErrorCode.LABELS_INVALID,
          "got %s queries and %s lists of relevance, expected the same number"
              .formatted(queries.size(), relevance.size()));
    }
  }

  /** Texts, embedded by the collection's embedder. */
  public static LabelledQueries ofTexts(
      List<String> queries, List<List<RelevantDocument>> relevance) {
    return new LabelledQueries(
        queries.stream().map(text -> (Query) new Query.ByText(text)).toList(), merge(relevance));
  }

  /** Ready vectors. */
  public static LabelledQueries ofVectors(
      List<Embedding> queries, List<List<RelevantDocument>> relevance) {
    return new LabelledQueries(
        queries.stream().map(vector -> (Query) new Query.ByEmbedding(vector)).toList(),
        merge(relevance));
  }

  /** Texts with ready vectors: hybrid evaluation without an embedder. */
  public static LabelledQueries of(
      List<String> texts, List<Embedding> vectors, List<List<RelevantDocument>> relevance) {
    if (texts.size() != vectors.size()) {
      throw new InvalidInputException(
          ErrorCode.LABELS_INVALID,
          "got %s query texts and %s vectors, expected the same number"
              .formatted(texts.size(), vectors.size()));
    }
    List<Query> queries = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      queries.add(new Query.ByTextAndEmbedding(texts.get(i), vectors.get(i)));
    }
    return new LabelledQueries(queries, merge(relevance));
  }

  private static List<Relevance> merge(List<List<RelevantDocument>> relevance) {
    return relevance.stream().map(Relevance::of).toList();
  }

  /** Number of queries. */
  public int size() {
    return queries.size();
  }
}
