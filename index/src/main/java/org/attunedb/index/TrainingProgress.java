package org.attunedb.index;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How far a training has come.
 *
 * @param stage what is being fitted; empty before the first step
 * @param epoch 1-based within the stage, 0 before the first step
 * @param step steps made over the whole training
 * @param steps planned number of steps, 0 before the first step
 * @param loss of the last step
 * @param recallAt10 last measured on held-out queries
 * @param delta that recall minus the recall of the same queries without adapter
 * @param eta estimated time to the end
 */
public record TrainingProgress(
    String stage,
    int epoch,
    int step,
    int steps,
    OptionalDouble loss,
    OptionalDouble recallAt10,
    OptionalDouble delta,
    Duration eta) {
  /** Nothing has happened yet. */
  public static TrainingProgress none() {
    return new TrainingProgress(
        "",
        0,
        0,
        0,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Duration.ZERO);
  }
}
