package org.attunedb.server.rag;

import java.util.Arrays;
import java.util.List;
import org.attunedb.core.evaluation.PairedBootstrap;
import org.attunedb.core.evaluation.SignTest;

/**
 * One score without and with the adapter, over the questions that have it both ways.
 *
 * @param kind which score
 * @param questions how many, at least 1
 * @param without mean, 0 to 1
 * @param with mean, 0 to 1
 * @param difference its mean and 95 % paired bootstrap interval
 * @param sign exact sign test over the questions that changed
 */
public record ScoreComparison(
    Kind kind,
    int questions,
    double without,
    double with,
    PairedBootstrap difference,
    SignTest sign) {
  private static final double CONFIDENCE = 0.95;

  /** How context recall is told. */
  public enum Kind {
    /** The share of the known answer's statements that a judge attributes to the passages. */
    LLM,
    /** The share of the relevant documents that are among the passages. */
    IDS,
    /** The share of the relevant documents' texts at least half of which one passage repeats. */
    TEXT
  }

  /** A question's score without and with the adapter. */
  record Pair(double without, double with) {}

  static ScoreComparison of(Kind kind, List<Pair> pairs, long seed) {
    double[] differences = pairs.stream().mapToDouble(p -> p.with() - p.without()).toArray();
    return new ScoreComparison(
        kind,
        pairs.size(),
        pairs.stream().mapToDouble(Pair::without).average().orElseThrow(),
        pairs.stream().mapToDouble(Pair::with).average().orElseThrow(),
        PairedBootstrap.of(
            Arrays.copyOf(differences, differences.length),
            CONFIDENCE,
            PairedBootstrap.DEFAULT_DRAWS,
            seed),
        SignTest.of(differences));
  }
}
