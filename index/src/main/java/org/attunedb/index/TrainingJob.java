package org.attunedb.index;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.attunedb.core.training.TrainingListener;

/** One training of one collection's adapter, in the background. Thread-safe. */
public interface TrainingJob {
  /** Unique in its collection. */
  String id();

  /** When it was submitted. */
  Instant submitted();

  /** Where it stands. */
  JobState state();

  /** How far it has come. */
  TrainingProgress progress();

  /**
   * Adds a listener for the events from now on; it runs on the training thread.
   *
   * @return this job
   */
  TrainingJob listen(TrainingListener listener);

  /**
   * Asks the job to stop. A running one stops after its current step; nothing it learned is kept.
   *
   * @return whether the job had not ended before
   */
  boolean cancel();

  /** Waits for the end. */
  JobState await() throws InterruptedException;

  /** Waits for the end, but no longer than {@code timeout}; empty if it did not end by then. */
  Optional<JobState> await(Duration timeout) throws InterruptedException;
}
