package org.attunedb.index;

import org.attunedb.core.training.TrainingConfig;

/**
 * One training.
 *
 * @param labels what to learn from
 * @param config how to train
 * @param strict whether labels that name documents unknown to the collection are an error; else
 *     they are counted in {@link LabelUsage} and left out
 * @param start what is known before
 * @param limits what it may use
 */
public record TrainingRequest(
    LabelledQueries labels,
    TrainingConfig config,
    boolean strict,
    Start start,
    TrainingLimits limits) {
  /** What a training knows before it has seen a label. */
  public enum Start {
    /**
     * The queries that the active version remembers and the new labels don't repeat, so that
     * training on new labels alone forgets nothing. Without an active version, nothing.
     */
    ACTIVE_VERSION,
    /** Nothing: the labels are all there is. */
    NOTHING
  }

  /** Training with default settings and seed 42, on top of what the active version remembers. */
  public static TrainingRequest of(LabelledQueries labels) {
    return new TrainingRequest(
        labels,
        TrainingConfig.withSeed(42),
        false,
        Start.ACTIVE_VERSION,
        TrainingLimits.defaults());
  }

  /** This request with other settings. */
  public TrainingRequest withConfig(TrainingConfig newConfig) {
    return new TrainingRequest(labels, newConfig, strict, start, limits);
  }

  /** This request with unknown documents as an error. */
  public TrainingRequest asStrict() {
    return new TrainingRequest(labels, config, true, start, limits);
  }

  /** This request with its labels alone. */
  public TrainingRequest fromScratch() {
    return new TrainingRequest(labels, config, strict, Start.NOTHING, limits);
  }

  /** This request with other limits. */
  public TrainingRequest withLimits(TrainingLimits newLimits) {
    return new TrainingRequest(labels, config, strict, start, newLimits);
  }
}
