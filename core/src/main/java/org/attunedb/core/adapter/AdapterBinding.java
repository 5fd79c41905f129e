package org.attunedb.core.adapter;

import java.util.Map;
import java.util.Optional;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What an adapter belongs to. Weights mean nothing for vectors of another model, so a store refuses
 * an adapter whose embedder or dimension differs from the collection's.
 *
 * @param embedder name of the embedding model of documents and queries
 * @param dimension of their vectors
 * @param corpusFingerprint hash of the document ids and vectors that it was trained on
 * @param labelFingerprint hash of the labels
 * @param trainer name of the method
 * @param seed of the training
 * @param metrics out-of-fold estimates by name, each finite
 * @param scope the searches that it is for; empty for all of the collection
 */
public record AdapterBinding(
    String embedder,
    int dimension,
    String corpusFingerprint,
    String labelFingerprint,
    String trainer,
    long seed,
    Map<String, Double> metrics,
    Optional<AdapterScope> scope) {
  /** For all searches of a collection. */
  public AdapterBinding(
      String embedder,
      int dimension,
      String corpusFingerprint,
      String labelFingerprint,
      String trainer,
      long seed,
      Map<String, Double> metrics) {
    this(
        embedder,
        dimension,
        corpusFingerprint,
        labelFingerprint,
        trainer,
        seed,
        metrics,
        Optional.empty());
  }

  /** Copies the map; refuses NaN and infinities, which its file couldn't be read with. */
  public AdapterBinding {
    metrics = Map.copyOf(metrics);
    metrics.forEach(AdapterBinding::requireFinite);
  }

  private static void requireFinite(String metric, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "adapter metric '" + metric + "' is " + value + ", expected a finite number");
    }
  }
}
