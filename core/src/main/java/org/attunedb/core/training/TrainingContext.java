package org.attunedb.core.training;

import java.util.Optional;

/**
 * What surrounds one training.
 *
 * @param listener is told what happens, on the training thread
 * @param cancellation asks the training to stop
 * @param checkpoints what an earlier attempt at the same training left, and where this one may
 *     leave something for the next
 * @param incumbent the adapter that the new one has to be better than, besides none
 */
public record TrainingContext(
    TrainingListener listener,
    CancellationToken cancellation,
    CheckpointStore checkpoints,
    Optional<Incumbent> incumbent) {
  /** Without an incumbent. */
  public TrainingContext(
      TrainingListener listener, CancellationToken cancellation, CheckpointStore checkpoints) {
    this(listener, cancellation, checkpoints, Optional.empty());
  }

  /** Nobody watches, nobody stops it, and nothing is kept. */
  public static TrainingContext none() {
    return of(TrainingListener.none(), new CancellationToken());
  }

  /** Without checkpoints. */
  public static TrainingContext of(TrainingListener listener, CancellationToken cancellation) {
    return new TrainingContext(listener, cancellation, CheckpointStore.none());
  }
}
