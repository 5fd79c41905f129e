package org.attunedb.training.internal;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.attunedb.core.evaluation.PairedBootstrap;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.training.internal.OutOfFold.Part;

/**
 * Decides whether an adapter may be used, from out-of-fold rankings alone.
 *
 * <p>It is published if the objective gains at least {@value #MIN_GAIN} and the lower end of the 90
 * % paired bootstrap interval of that gain is above 0, if queries about unseen documents lose no
 * more than {@value #UNSEEN_TOLERANCE} of the objective, and if recall@1 falls by no more than
 * {@value #RECALL_AT_1_TOLERANCE}.
 */
final class Gate {
  /** Fewer usable queries can't tell a gain from chance. */
  static final int MIN_QUERIES = 32;

  /** Above this base recall@10 nothing is left to gain. */
  static final double HEADROOM = 0.97;

  /** A smaller gain may be significant, but is not worth a change of every search. */
  private static final double MIN_GAIN = 0.005;

  private static final double UNSEEN_TOLERANCE = 0.005;
  private static final double RECALL_AT_1_TOLERANCE = 0.01;

  /**
   * Wider than the usual 90 %: the shares are chosen on the queries that judge them, and with 90 %
   * labels at random were published about twice as often as the interval promises.
   */
  private static final double CONFIDENCE = 0.98;

  private final long seed;

  Gate(long seed) {
    this.seed = seed;
  }

  static GateDecision tooFew(int queries) {
    return new GateDecision(
        Outcome.TOO_FEW_LABELS,
        String.format(
            Locale.ROOT,
            "%d usable labelled queries, at least %d are needed to tell a gain from chance",
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

  GateDecision decide(CrossFit.Choice choice, OutOfFold base, OutOfFold adapted) {
    Map<String, Double> metrics = metrics(choice, base, adapted);
    if (choice.seenAlpha() == 0 || !guards(base, adapted)) {
      return rejected(
          String.format(
              Locale.ROOT,
              "no share of the adapter helps held-out queries (recall@10 %.1f %%) without hurting recall@1 or queries about unseen documents",
              100 * base.mean(Part.ALL).recallAt10()),
          metrics);
    }
    PairedBootstrap gain =
        PairedBootstrap.of(
            adapted.differencesFrom(base, Quality::objective),
            CONFIDENCE,
            PairedBootstrap.DEFAULT_DRAWS,
            seed);
    if (!(gain.low() > 0 && gain.mean() >= MIN_GAIN)) {
      return rejected(
          String.format(
              Locale.ROOT,
              "the gain on held-out queries, %+.2f points, is too small or within chance (98 %% interval %+.2f to %+.2f)",
              100 * gain.mean(),
              100 * gain.low(),
              100 * gain.high()),
          metrics);
    }
    return new GateDecision(Outcome.PUBLISHED, success(base, adapted, gain), metrics);
  }

  /**
   * Whether recall@1 and queries about unseen documents keep their quality. Written as conditions
   * to pass, so that a quality that is not a number does not.
   */
  static boolean guards(OutOfFold base, OutOfFold adapted) {
    double unseenLoss = base.mean(Part.UNSEEN).objective() - adapted.mean(Part.UNSEEN).objective();
    double recallAt1Loss = base.mean(Part.ALL).recallAt1() - adapted.mean(Part.ALL).recallAt1();
    return unseenLoss <= UNSEEN_TOLERANCE && recallAt1Loss <= RECALL_AT_1_TOLERANCE;
  }

  private static String success(OutOfFold base, OutOfFold adapted, PairedBootstrap gain) {
    return String.format(
        Locale.ROOT,
        "held-out recall@10 %.1f %% -> %.1f %%, nDCG@10 %.3f -> %.3f (98 %% interval of the mean gain %+.2f to %+.2f points)",
        100 * base.mean(Part.ALL).recallAt10(),
        100 * adapted.mean(Part.ALL).recallAt10(),
        base.mean(Part.ALL).ndcgAt10(),
        adapted.mean(Part.ALL).ndcgAt10(),
        100 * gain.low(),
        100 * gain.high());
  }

  private static GateDecision rejected(String reason, Map<String, Double> metrics) {
    return new GateDecision(Outcome.NO_IMPROVEMENT, reason, metrics);
  }

  private static Map<String, Double> metrics(
      CrossFit.Choice choice, OutOfFold base, OutOfFold adapted) {
    Map<String, Double> metrics = new HashMap<>();
    metrics.put("alpha_seen", (double) choice.seenAlpha());
    metrics.put("alpha_unseen", (double) choice.unseenAlpha());
    for (Part part : Part.values()) {
      if (!base.isEmpty(part)) {
        String prefix = part == Part.ALL ? "" : part.name().toLowerCase(Locale.ROOT) + "_";
        put(metrics, prefix + "base_", base.mean(part));
        put(metrics, prefix, adapted.mean(part));
      }
    }
    metrics.put(
        "delta_recall@10", adapted.mean(Part.ALL).recallAt10() - base.mean(Part.ALL).recallAt10());
    return metrics;
  }

  private static void put(Map<String, Double> metrics, String prefix, Quality quality) {
    metrics.put(prefix + "recall@1", quality.recallAt1());
    metrics.put(prefix + "recall@10", quality.recallAt10());
    metrics.put(prefix + "ndcg@10", quality.ndcgAt10());
  }
}
