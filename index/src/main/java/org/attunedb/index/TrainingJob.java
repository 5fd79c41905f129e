package org.attunedb.index;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.training.TrainingListener;

/**
 * One training of one collection's adapter, in the background. Kept in the collection's folder: a
 * store that is opened again lists it with its result. Thread-safe.
 */
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
   * Adds a listener for the events from now on; it runs on the training thread. A job that has
   * ended, or runs in another process, has no events.
   *
   * @return this job
   */
  TrainingJob listen(TrainingListener listener);

  /**
   * Asks the job to stop. A running one stops after its current step and publishes nothing.
   *
   * <p>In a store that was opened read-only the job runs in another process. Then this leaves a
   * request in the job's folder, the one thing that a reader writes; the other process sees it
   * within a second.
   *
   * @return whether the job had not ended before
   */
  boolean cancel();

  /** What happened to it, oldest first: at most 1,000 entries of each of the last five attempts. */
  List<JobLogEntry> log();

  /** Waits for the end. */
  JobState await() throws InterruptedException;

  /** Waits for the end, but no longer than {@code timeout}; empty if it did not end by then. */
  Optional<JobState> await(Duration timeout) throws InterruptedException;
}
