package org.attunedb.core.adapter;

/**
 * Weights together with what they belong to: the content of one adapter file.
 *
 * @param binding what the weights belong to
 * @param weights the learned numbers
 */
public record Adapter(AdapterBinding binding, AdapterWeights weights) {
  /** Kind of the only adapter form so far, recorded in files and reports. */
  public static final String KIND = "low-rank-residual";
}
