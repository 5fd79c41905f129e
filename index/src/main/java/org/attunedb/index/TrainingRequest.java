package org.attunedb.index;

import org.attunedb.core.training.TrainingConfig;

/**
 * One training.
 *
 * @param labels what to learn from
 * @param config how to train
 * @param strict whether labels that name documents unknown to the collection are an error; else
 *     they are counted in {@link LabelUsage} and left out
 * @param limits what it may use
 */
public record TrainingRequest(
    LabelledQueries labels, TrainingConfig config, boolean strict, TrainingLimits limits) {
  /** Training with default settings and seed 42. */
  public static TrainingRequest of(LabelledQueries labels) {
    return new TrainingRequest(
        labels, TrainingConfig.withSeed(42), false, TrainingLimits.defaults());
  }

  /** This request with other settings. */
  public TrainingRequest withConfig(TrainingConfig newConfig) {
    return new TrainingRequest(labels, newConfig, strict, limits);
  }

  /** This request with unknown documents as an error. */
  public TrainingRequest asStrict() {
    return new TrainingRequest(labels, config, true, limits);
  }

  /** This request with other limits. */
  public TrainingRequest withLimits(TrainingLimits newLimits) {
    return new TrainingRequest(labels, config, strict, newLimits);
  }
}
