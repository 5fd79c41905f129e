package org.attunedb.core.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * One query of an evaluation.
 *
 * @param text what was asked; null for a query that is only a vector
 * @param relevance the judgments
 * @param seen whether a training query pointed to one of its relevant documents
 * @param answerable whether the collection holds at least one of its relevant documents; a query
 *     without is reported but not counted, because no search could find anything
 */
public record EvaluatedQuery(
    @Nullable String text, Relevance relevance, boolean seen, boolean answerable) {
  /** A query that can be answered if it has a relevant document. */
  public static EvaluatedQuery of(@Nullable String text, Relevance relevance, boolean seen) {
    return new EvaluatedQuery(text, relevance, seen, relevance.relevantCount() > 0);
  }

  /** Whether it belongs into means. */
  boolean isCounted() {
    return answerable && relevance.relevantCount() > 0;
  }
}
