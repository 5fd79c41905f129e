package org.attunedb.core.training;

import java.util.Map;

/**
 * Whether a trained adapter may be used, and why. Only {@link Outcome#PUBLISHED} changes what a
 * search does.
 *
 * @param outcome the verdict
 * @param reason one sentence with the figures behind it
 * @param metrics out-of-fold estimates by name: {@code base_recall@10}, {@code recall@10}, {@code
 *     delta_recall@10} and the like
 */
public record GateDecision(Outcome outcome, String reason, Map<String, Double> metrics) {
  /** Copies the map. */
  public GateDecision {
    metrics = Map.copyOf(metrics);
  }

  /** The verdicts. */
  public enum Outcome {
    /** Better on held-out queries by a paired test: published. */
    PUBLISHED,
    /** Not better beyond chance: search stays as it was. */
    NO_IMPROVEMENT,
    /** Not enough labels to tell. */
    TOO_FEW_LABELS,
    /** The base ranking is so good that nothing is left to gain. */
    NO_HEADROOM
  }

  /** Whether the adapter may be used. */
  public boolean published() {
    return outcome == Outcome.PUBLISHED;
  }
}
