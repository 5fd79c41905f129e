package org.attunedb.index.internal.training;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.index.JobLogEntry;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingProgress;
import org.attunedb.index.internal.jobs.JobFolder;
import org.attunedb.index.internal.jobs.JobRecord;

/**
 * A job known from the disk: it has ended, or another process runs it. Thread-safe.
 *
 * @param first what it was when it was listed
 * @param newest what it is now
 * @param folder its files
 */
record RecordedJob(JobRecord first, Supplier<JobRecord> newest, JobFolder folder)
    implements TrainingJob {
  private static final long POLL_MILLIS = 100;

  /** A job of another process may go on. */
  private JobRecord job() {
    return first.state().isFinal() ? first : newest.get();
  }

  @Override
  public String id() {
    return first.id();
  }

  @Override
  public Instant submitted() {
    return first.submitted();
  }

  @Override
  public JobState state() {
    return job().state();
  }

  @Override
  public TrainingProgress progress() {
    return job().progress();
  }

  @Override
  public TrainingJob listen(TrainingListener listener) {
    return this;
  }

  @Override
  public List<JobLogEntry> log() {
    return folder.log(job().attempt());
  }

  @Override
  public boolean cancel() {
    if (state().isFinal()) {
      return false;
    }
    folder.requestCancel();
    return true;
  }

  @Override
  public JobState await() throws InterruptedException {
    JobState state = state();
    while (!state.isFinal()) {
      Thread.sleep(POLL_MILLIS);
      state = state();
    }
    return state;
  }

  @Override
  public Optional<JobState> await(Duration timeout) throws InterruptedException {
    long start = System.nanoTime();
    JobState state = state();
    while (!state.isFinal()) {
      long left = timeout.toMillis() - (System.nanoTime() - start) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      Thread.sleep(Math.min(POLL_MILLIS, left));
      state = state();
    }
    return Optional.of(state);
  }
}
