package org.attunedb.core.training;

import java.time.Duration;

/** What happens while an adapter is trained, in order. */
public sealed interface TrainingEvent {
  /**
   * Training begins.
   *
   * @param queries usable labelled queries
   * @param documents rows of the corpus
   * @param baseRecallAt10 recall@10 of these queries without any adapter
   */
  record Started(int queries, int documents, double baseRecallAt10) implements TrainingEvent {}

  /**
   * One optimiser step was made.
   *
   * @param stage what is being fitted, for example {@code fold 2/8}
   * @param epoch 1-based within the stage
   * @param step 1-based over the whole training
   * @param steps the planned number of steps of the whole training
   * @param loss of this step's batch
   * @param eta estimated time to the end of the training
   */
  record Stepped(String stage, int epoch, int step, int steps, double loss, Duration eta)
      implements TrainingEvent {}

  /**
   * An epoch ended and was measured on queries that its stage did not train on.
   *
   * @param stage what is being fitted
   * @param epoch 1-based within the stage
   * @param loss mean loss of the epoch
   * @param recallAt10 on the held-out queries
   * @param delta recall@10 minus that of the same queries without adapter
   * @param eta estimated time to the end of the training
   */
  record EpochFinished(
      String stage, int epoch, double loss, double recallAt10, double delta, Duration eta)
      implements TrainingEvent {}

  /** The gate decided; nothing follows. */
  record Decided(GateDecision decision) implements TrainingEvent {}
}
