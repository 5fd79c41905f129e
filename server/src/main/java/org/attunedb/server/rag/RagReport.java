package org.attunedb.server.rag;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.server.llm.Spending;
import org.jspecify.annotations.Nullable;

/**
 * How well retrieved passages support known answers, without and with an adapter.
 *
 * @param k passages for each question
 * @param questions that were looked at
 * @param unanswered of these, how many have no known answer and could not be judged by a model
 * @param adapterVersion the adapter that was applied; null if there is none
 * @param scores as far as they could be told
 * @param tokensWithout mean tokens of the passages of a question, a quarter of their characters
 * @param tokensWith the same with the adapter
 * @param saving the smaller k for the same recall; empty without an adapter
 * @param results question by question
 * @param failures why contexts were not judged, by their questions' ids
 * @param spending of the judge for all these contexts, whenever they were judged
 * @param complete whether the judging ended by itself
 */
public record RagReport(
    int k,
    int questions,
    int unanswered,
    @Nullable String adapterVersion,
    List<ScoreComparison> scores,
    double tokensWithout,
    double tokensWith,
    Optional<CostComparison> saving,
    List<Result> results,
    Map<String, String> failures,
    Spending spending,
    boolean complete) {
  /** Copies the collections. */
  public RagReport {
    scores = List.copyOf(scores);
    results = List.copyOf(results);
    failures = Map.copyOf(failures);
  }

  /**
   * One question.
   *
   * @param without the adapter
   * @param with it
   */
  public record Result(String questionId, Scores without, Scores with) {}

  /**
   * One question's scores one way, 0 to 1.
   *
   * @param passages ids, best first
   * @param llm null if it was not judged
   */
  public record Scores(List<String> passages, @Nullable Double llm, double ids, double text) {}

  /** One comparison, if there is one. */
  public Optional<ScoreComparison> score(ScoreComparison.Kind kind) {
    return scores.stream().filter(score -> score.kind() == kind).findFirst();
  }
}
