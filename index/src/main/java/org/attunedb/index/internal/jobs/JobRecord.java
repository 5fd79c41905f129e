package org.attunedb.index.internal.jobs;

import java.time.Instant;
import java.util.Optional;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingProgress;

/**
 * What is kept of a job.
 *
 * @param number orders the jobs of a collection, from 1; 0 for one that can't be read
 * @param id name of its folder
 * @param submitted when it was first submitted
 * @param attempt 1 at first, one more each time that it is resumed
 * @param owner the process that it waits or runs in
 * @param state where it stands
 * @param progress how far it has come
 * @param fit what its checkpoints belong to; empty before it has any
 */
public record JobRecord(
    long number,
    String id,
    Instant submitted,
    int attempt,
    OwnerProcess owner,
    JobState state,
    TrainingProgress progress,
    Optional<JobFit> fit) {
  /** A job that waits for its first attempt. */
  public static JobRecord first(long number, String id, Instant submitted) {
    return new JobRecord(
        number,
        id,
        submitted,
        1,
        OwnerProcess.current(),
        new JobState.Pending(),
        TrainingProgress.none(),
        Optional.empty());
  }

  /** A job whose description can't be read: failed, and without a number. */
  static JobRecord unreadable(String id, StoreException failure) {
    return first(0, id, Instant.EPOCH)
        .in(new JobState.Failed(failure.code(), failure.getMessage()));
  }

  /** Whether nothing but the id is known, so that nothing may be written in its place. */
  public boolean isUnreadable() {
    return number == 0;
  }

  /** The same job, waiting for another attempt. */
  public JobRecord again() {
    return new JobRecord(
        number,
        id,
        submitted,
        attempt + 1,
        OwnerProcess.current(),
        new JobState.Pending(),
        TrainingProgress.none(),
        fit);
  }

  /** In another state. */
  public JobRecord in(JobState next) {
    return new JobRecord(number, id, submitted, attempt, owner, next, progress, fit);
  }

  /** Further on. */
  public JobRecord at(TrainingProgress next) {
    return new JobRecord(number, id, submitted, attempt, owner, state, next, fit);
  }

  /** With what its checkpoints belong to. */
  public JobRecord fitting(JobFit next) {
    return new JobRecord(number, id, submitted, attempt, owner, state, progress, Optional.of(next));
  }
}
