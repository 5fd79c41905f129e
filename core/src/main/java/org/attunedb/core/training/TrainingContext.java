package org.attunedb.core.training;

import java.util.Optional;
import org.attunedb.core.adapter.AdapterWeights;

/**
 * What surrounds one training.
 *
 * @param listener is told what happens, on the training thread
 * @param cancellation asks the training to stop
 * @param checkpoints what an earlier attempt at the same training left, and where this one may
 *     leave something for the next
 * @param incumbent the adapter that the new one has to be better than, besides none
 * @param prior what the new adapter is shrunk towards: its residual matrix is this one's and a
 *     share of what the labels add to it, chosen on held-out queries. None of the judging queries
 *     was part of its training. Empty for none
 */
public record TrainingContext(
    TrainingListener listener,
    CancellationToken cancellation,
    CheckpointStore checkpoints,
    Optional<Incumbent> incumbent,
    Optional<AdapterWeights> prior) {
  /** Without a prior. */
  public TrainingContext(
      TrainingListener listener,
      CancellationToken cancellation,
      CheckpointStore checkpoints,
      Optional<Incumbent> incumbent) {
    this(listener, cancellation, checkpoints, incumbent, Optional.empty());
  }

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
