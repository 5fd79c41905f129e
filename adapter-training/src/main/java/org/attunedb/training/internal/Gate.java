package org.attunedb.training.internal;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.attunedb.core.evaluation.PairedBootstrap;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.training.internal.OutOfFold.Part;

/**
 * Chooses alpha and decides whether the adapter may be used, from out-of-fold rankings alone.
 *
 * <p>An alpha is eligible if queries about unseen documents lose no more than {@value
 * #UNSEEN_TOLERANCE} of the objective and recall@1 falls by no more than {@value
 * #RECALL_AT_1_TOLERANCE}. Of these the one with the best mean over seen and unseen queries is
 * taken. It is published if the lower end of the 90 % paired bootstrap interval of the objective's
 * gain is above 0.
 */
final class Gate {
  /** Fewer usable queries can't tell a gain from chance. */
  static final int MIN_QUERIES = 32;

  /** Above this base recall@10 nothing is left to gain. */
  static final double HEADROOM = 0.97;

  private static final double UNSEEN_TOLERANCE = 0.005;
  private static final double RECALL_AT_1_TOLERANCE = 0.01;
  private static final double CONFIDENCE = 0.9;

  /**
   * The verdict.
   *
   * @param alphaIndex the chosen alpha; 0 unless the decision is to publish
   */
  record Verdict(int alphaIndex, GateDecision decision) {}

  private final long seed;

  Gate(long seed) {
    this.seed = seed;
  }

  static GateDecision tooFew(int queries) {
    return new GateDecision(
        Outcome.TOO_FEW_LABELS,
        String.format(
            Locale.ROOT,
            "%d different labelled queries, at least %d are needed to tell a gain from chance",
            queries,
            MIN_QUERIES),
        Map.of());
  }

  static GateDecision noHeadroom(Quality base) {
    return new GateDecision(
        Outcome.NO_HEADROOM,
        String.format(
            Locale.ROOT,
            "base recall@10 is %.1f %%, which leaves nothing to gain",
            100 * base.recallAt10()),
        Map.of("base_recall@10", base.recallAt10(), "recall@10", base.recallAt10()));
  }

  Verdict decide(OutOfFold results) {
    int chosen = choose(results);
    Map<String, Double> metrics = metrics(results, chosen);
    if (chosen == 0) {
      return rejected(noEligibleAlpha(results), metrics);
    }
    PairedBootstrap gain =
        PairedBootstrap.of(
            results.differences(chosen, Quality::objective),
            CONFIDENCE,
            PairedBootstrap.DEFAULT_DRAWS,
            seed);
    if (!(gain.low() > 0)) {
      return rejected(
          String.format(
              Locale.ROOT,
              "the gain on held-out queries, %+.2f points, is within chance (90 %% interval %+.2f to %+.2f)",
              100 * gain.mean(),
              100 * gain.low(),
              100 * gain.high()),
          metrics);
    }
    String reason =
        String.format(
            Locale.ROOT,
            "held-out recall@10 %.1f %% -> %.1f %%, nDCG@10 %.3f -> %.3f (90 %% interval of the mean gain %+.2f to %+.2f points)",
            100 * metrics.getOrDefault("base_recall@10", 0.0),
            100 * metrics.getOrDefault("recall@10", 0.0),
            metrics.getOrDefault("base_ndcg@10", 0.0),
            metrics.getOrDefault("ndcg@10", 0.0),
            100 * gain.low(),
            100 * gain.high());
    return new Verdict(chosen, new GateDecision(Outcome.PUBLISHED, reason, metrics));
  }

  private static Verdict rejected(String reason, Map<String, Double> metrics) {
    return new Verdict(0, new GateDecision(Outcome.NO_IMPROVEMENT, reason, metrics));
  }

  private static String noEligibleAlpha(OutOfFold results) {
    int full = OutOfFold.alphas() - 1;
    StringBuilder reason =
        new StringBuilder(
            "no share of the adapter helps held-out queries without hurting recall@1 or unseen documents; the whole of it:");
    append(reason, " recall@10", results, full, Part.ALL, Quality::recallAt10);
    append(reason, ", recall@1", results, full, Part.ALL, Quality::recallAt1);
    if (!results.isEmpty(Part.UNSEEN)) {
      append(reason, ", recall@10 of unseen", results, full, Part.UNSEEN, Quality::recallAt10);
    }
    return reason.toString();
  }

  private static void append(
      StringBuilder reason,
      String label,
      OutOfFold results,
      int alpha,
      Part part,
      ToDoubleFunction<Quality> value) {
    reason
        .append(label)
        .append(
            String.format(
                Locale.ROOT,
                " %.1f %% -> %.1f %%",
                100 * value.applyAsDouble(results.mean(0, part)),
                100 * value.applyAsDouble(results.mean(alpha, part))));
  }

  private static int choose(OutOfFold results) {
    int best = 0;
    for (int alpha = 1; alpha < OutOfFold.alphas(); alpha++) {
      if (eligible(results, alpha) && balanced(results, alpha) > balanced(results, best)) {
        best = alpha;
      }
    }
    return best;
  }

  private static boolean eligible(OutOfFold results, int alpha) {
    double unseenLoss =
        results.mean(0, Part.UNSEEN).objective() - results.mean(alpha, Part.UNSEEN).objective();
    double recallAt1Loss =
        results.mean(0, Part.ALL).recallAt1() - results.mean(alpha, Part.ALL).recallAt1();
    return unseenLoss <= UNSEEN_TOLERANCE && recallAt1Loss <= RECALL_AT_1_TOLERANCE;
  }

  /** Seen and unseen queries count alike: their mixture in the folds is not that of the future. */
  private static double balanced(OutOfFold results, int alpha) {
    if (results.isEmpty(Part.SEEN) || results.isEmpty(Part.UNSEEN)) {
      return results.mean(alpha, Part.ALL).objective();
    }
    return (results.mean(alpha, Part.SEEN).objective()
            + results.mean(alpha, Part.UNSEEN).objective())
        / 2;
  }

  private static Map<String, Double> metrics(OutOfFold results, int alpha) {
    Map<String, Double> metrics = new HashMap<>();
    metrics.put("alpha", (double) OutOfFold.alpha(alpha));
    for (Part part : Part.values()) {
      if (!results.isEmpty(part)) {
        String prefix = part == Part.ALL ? "" : part.name().toLowerCase(Locale.ROOT) + "_";
        put(metrics, prefix + "base_", results.mean(0, part));
        put(metrics, prefix, results.mean(alpha, part));
      }
    }
    metrics.put(
        "delta_recall@10",
        results.mean(alpha, Part.ALL).recallAt10() - results.mean(0, Part.ALL).recallAt10());
    return metrics;
  }

  private static void put(Map<String, Double> metrics, String prefix, Quality quality) {
    metrics.put(prefix + "recall@1", quality.recallAt1());
    metrics.put(prefix + "recall@10", quality.recallAt10());
    metrics.put(prefix + "ndcg@10", quality.ndcgAt10());
  }
}
