package org.attunedb.core.training;

import java.util.Optional;
import org.attunedb.core.adapter.AdapterWeights;

/**
 * Fits query adapters. Found by {@link java.util.ServiceLoader}, so that a process that only
 * searches needs no trainer. Implementations may allow one training at a time.
 */
public interface AdapterTrainer {
  /** Name and version of the method, recorded with every adapter it makes. */
  String name();

  /**
   * Fits an adapter and decides whether it may be used.
   *
   * @throws org.attunedb.core.error.TrainingException {@code training_failed} if the engine can't
   *     run or weights become NaN or infinite
   * @param context who watches and stops the training, and where it may keep what it has so far
   * @throws java.util.concurrent.CancellationException if the token was cancelled
   */
  Result train(TrainingSet set, TrainingConfig config, TrainingContext context);

  /**
   * The outcome of a training.
   *
   * @param decision the gate's verdict
   * @param weights the adapter; present exactly if the verdict is to publish
   */
  record Result(GateDecision decision, Optional<AdapterWeights> weights) {
    /** Checks that weights and verdict agree. */
    public Result {
      if (decision.published() != weights.isPresent()) {
        throw new IllegalArgumentException(
            "outcome " + decision.outcome() + " with weights present: " + weights.isPresent());
      }
    }
  }
}
