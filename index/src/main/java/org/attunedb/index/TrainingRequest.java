package org.attunedb.index;

import java.util.Optional;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.filter.Filter;
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
 * @param scope the searches that the adapter is for; empty for all of the collection
 */
public record TrainingRequest(
    LabelledQueries labels,
    TrainingConfig config,
    boolean strict,
    Start start,
    TrainingLimits limits,
    Optional<AdapterScope> scope) {
  /** What a training knows before it has seen a label. */
  public enum Start {
    /**
     * The queries that the active version remembers and the new labels don't repeat, so that
     * training on new labels alone forgets nothing. Without an active version, nothing. In a scope
     * also the matrix of the collection's active version, which the scope's is shrunk towards.
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
        TrainingLimits.defaults(),
        Optional.empty());
  }

  /** This request with other settings. */
  public TrainingRequest withConfig(TrainingConfig newConfig) {
    return new TrainingRequest(labels, newConfig, strict, start, limits, scope);
  }

  /** This request with unknown documents as an error. */
  public TrainingRequest asStrict() {
    return new TrainingRequest(labels, config, true, start, limits, scope);
  }

  /** This request with its labels alone. */
  public TrainingRequest fromScratch() {
    return new TrainingRequest(labels, config, strict, Start.NOTHING, limits, scope);
  }

  /**
   * This request for an adapter that only searches in a scope use, whose filter demands the same
   * equality: {@code withScope(Filter.eq("tenant", "acme"))}. It is trained and judged among the
   * documents of the scope, and shrunk towards the collection's active adapter; see
   * docs/adapter.md.
   *
   * @throws org.attunedb.core.error.InvalidInputException {@code scope_invalid} unless the filter
   *     is one field that equals one value
   */
  public TrainingRequest withScope(Filter equality) {
    return new TrainingRequest(
        labels, config, strict, start, limits, Optional.of(AdapterScope.of(equality)));
  }

  /** This request with other limits. */
  public TrainingRequest withLimits(TrainingLimits newLimits) {
    return new TrainingRequest(labels, config, strict, start, newLimits, scope);
  }
}
