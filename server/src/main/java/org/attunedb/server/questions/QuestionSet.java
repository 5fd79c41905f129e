package org.attunedb.server.questions;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.server.llm.Spending;

/**
 * What a generation has made.
 *
 * @param queries those that were kept, in the order in which they were made
 * @param documents that were asked about
 * @param rejected questions that were dropped, by reason
 * @param failures at which documents the model failed, and why
 * @param spending of all runs together
 * @param complete whether the generation ended by itself; false if it was stopped
 */
public record QuestionSet(
    List<GeneratedQuery> queries,
    int documents,
    Map<Rejection, Integer> rejected,
    Map<String, String> failures,
    Spending spending,
    boolean complete) {
  /** Copies the collections. */
  public QuestionSet {
    queries = List.copyOf(queries);
    Map<Rejection, Integer> counts = new EnumMap<>(Rejection.class);
    counts.putAll(rejected);
    rejected = Collections.unmodifiableMap(counts);
    failures = Map.copyOf(failures);
  }

  /** The questions of one side of the split. */
  public List<GeneratedQuery> split(boolean test) {
    return queries.stream().filter(query -> query.test() == test).toList();
  }

  /** What questions ask, as {@code DeepMemory.train} takes it. */
  public static List<String> texts(List<GeneratedQuery> queries) {
    return queries.stream().map(GeneratedQuery::text).toList();
  }

  /** For each question the documents that answer it, as {@code DeepMemory.train} takes it. */
  public static List<List<RelevantDocument>> relevance(List<GeneratedQuery> queries) {
    return queries.stream().map(query -> List.of(RelevantDocument.of(query.documentId()))).toList();
  }
}
