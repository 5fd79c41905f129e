package org.attunedb.index.internal.training;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.index.JobLogEntry;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingProgress;
import org.attunedb.index.internal.jobs.JobFit;
import org.attunedb.index.internal.jobs.JobJournal;
import org.attunedb.index.internal.jobs.JobRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job of this process: waits, runs, ends, and writes all of that down. Its state and progress are
 * kept up to date from its events. Thread-safe.
 */
final class BackgroundJob implements TrainingJob {
  /** The work; returns the final state. */
  @FunctionalInterface
  interface Work {
    JobState run(BackgroundJob job, CancellationToken cancellation);
  }

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundJob.class);

  /** How often requests of other processes and the time limit are looked at. */
  private static final long WATCH_MILLIS = 200;

  /** Events may come thousands of times a second; the disk does not need them all. */
  private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JobJournal journal;
  private final Optional<Duration> timeLimit;
  private final CancellationToken cancellation = new CancellationToken();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<TrainingListener> listeners = new CopyOnWriteArrayList<>();

  /** Null once the job has ended: the labels that it holds may be large. Guarded by this. */
  private @Nullable Work work;

  /** Written under this. */
  private volatile JobRecord job;

  private volatile long deadline;
  private volatile boolean timedOut;

  /** Since when a listener is being told something; 0 between events. */
  private volatile long tellingSince;

  private volatile boolean abandoned;
  private long lastSave;

  BackgroundJob(JobRecord job, JobJournal journal, Optional<Duration> timeLimit, Work work) {
    this.job = job;
    this.journal = journal;
    this.timeLimit = timeLimit;
    this.work = work;
  }

  /** Begins to look for requests of other processes. */
  void watch() {
    Thread.ofVirtual().name("attune-watch-" + id()).start(this::keepWatch);
  }

  private void keepWatch() {
    try {
      while (!ended.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
        if (journal.isCancelRequested()) {
          cancel();
        }
        long limit = deadline;
        if (limit != 0 && System.nanoTime() - limit >= 0) {
          timedOut = true;
          cancellation.cancel();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("training job {} is not watched any longer", id(), e);
    }
  }

  /** Runs the work on the calling thread; returns when the job has ended, however it ended. */
  void run() {
    try {
      Work begun = begin();
      if (begun != null) {
        end(begun.run(this, cancellation));
      }
    } catch (CancellationException e) {
      end(timedOut ? tooLate() : new JobState.Cancelled());
    } catch (InvalidInputException e) {
      end(new JobState.Failed(e.code(), e.getMessage()));
    } catch (AttuneException e) {
      LOG.warn("training job {} failed", id(), e);
      end(new JobState.Failed(e.code(), e.getMessage()));
    } catch (RuntimeException | Error e) {
      LOG.error("training job {} failed", id(), e);
      end(new JobState.Failed(ErrorCode.TRAINING_FAILED, "training failed: " + e));
    }
  }

  private synchronized @Nullable Work begin() {
    if (state().isFinal()) {
      return null;
    }
    long start = System.nanoTime();
    // Never 0, which stands for no limit.
    timeLimit.ifPresent(limit -> deadline = (start + limit.toNanos()) | 1);
    job = job.in(new JobState.Training());
    journal.save(job);
    journal.note("attempt %s begins".formatted(job.attempt()));
    return work;
  }

  private JobState tooLate() {
    return new JobState.Failed(
        ErrorCode.TRAINING_TIMEOUT,
        "the training took longer than its limit of %s; resume it, with a longer limit if it keeps nothing"
            .formatted(timeLimit.orElse(Duration.ZERO)));
  }

  private synchronized void end(JobState last) {
    if (state().isFinal()) {
      return;
    }
    job = job.in(last);
    try {
      journal.end(job, describe(last));
    } finally {
      work = null;
      listeners.clear();
      ended.countDown();
    }
  }

  private static String describe(JobState last) {
    return switch (last) {
      case JobState.Completed completed ->
          completed
              .version()
              .map(version -> "completed: published " + version)
              .orElse("completed: nothing published");
      case JobState.Failed failed ->
          "failed: %s: %s".formatted(failed.code().wireName(), failed.message());
      case JobState.Cancelled cancelled -> "cancelled";
      case JobState.Interrupted interrupted -> "interrupted";
      case JobState.Pending pending -> "pending";
      case JobState.Training training -> "training";
    };
  }

  /** Ends the job, though its thread may still be busy: whatever it does, nothing is kept. */
  private void abandon() {
    abandoned = true;
    end(new JobState.Cancelled());
  }

  /** Whether its thread may still be busy although the job has ended. */
  boolean isAbandoned() {
    return abandoned;
  }

  /**
   * Waits until the cancelled job has ended. Does not wait for a listener that does not return:
   * that may be waiting for whoever calls this. Not to be called on the training's own thread.
   *
   * @return whether the waiting was interrupted
   */
  boolean awaitStop(Duration patience) {
    boolean interrupted = false;
    while (true) {
      try {
        if (ended.await(WATCH_MILLIS / 10, TimeUnit.MILLISECONDS)) {
          return interrupted;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      long since = tellingSince;
      boolean stuck = since != 0 && System.nanoTime() - since > patience.toNanos();
      if (stuck) {
        abandon();
        return interrupted;
      }
    }
  }

  /** Tells the listeners, and writes down what is worth it. */
  void publish(TrainingEvent event) {
    synchronized (this) {
      if (state().isFinal()) {
        return;
      }
      job = job.at(JobProgress.after(job.progress(), event));
      if (!(event instanceof TrainingEvent.Stepped)) {
        journal.note(JobProgress.describe(event));
      }
      save(event);
    }
    tellingSince = System.nanoTime() | 1;
    try {
      listeners.forEach(listener -> listener.on(event));
    } finally {
      tellingSince = 0;
    }
    // A listener may have ended the job.
    cancellation.throwIfCancelled();
  }

  private void save(TrainingEvent event) {
    long now = System.nanoTime();
    if (event instanceof TrainingEvent.Started || lastSave == 0 || now - lastSave > SAVE_NANOS) {
      lastSave = now;
      journal.save(job);
    }
  }

  /** Adds a line to the log. */
  void note(String text) {
    journal.note(text);
  }

  /** Where this attempt writes. */
  JobJournal journal() {
    return journal;
  }

  /**
   * Says what this attempt trains on: what earlier ones left belongs to it, or goes.
   *
   * @return what became of it, for the log
   */
  synchronized String fit(JobFit fit) {
    Optional<JobFit> before = job.fit();
    List<String> differences = before.map(earlier -> earlier.differences(fit)).orElse(List.of());
    int kept = journal.checkpointCount();
    if (before.isEmpty() || !differences.isEmpty()) {
      journal.clearCheckpoints();
    }
    job = job.fitting(fit);
    // Checkpoints that are written from here on would otherwise belong to what was fitted before.
    journal.require(job);
    if (!differences.isEmpty()) {
      return "trains anew: changed since the last attempt: " + String.join(", ", differences);
    }
    if (job.attempt() == 1) {
      return "trains";
    }
    return kept == 0 || before.isEmpty()
        ? "trains anew: the last attempt left no checkpoint"
        : "takes up %s checkpoints of the last attempt".formatted(kept);
  }

  JobRecord job() {
    return job;
  }

  @Override
  public String id() {
    return job.id();
  }

  @Override
  public Instant submitted() {
    return job.submitted();
  }

  @Override
  public JobState state() {
    return job.state();
  }

  @Override
  public TrainingProgress progress() {
    return job.progress();
  }

  @Override
  public TrainingJob listen(TrainingListener listener) {
    synchronized (this) {
      if (!state().isFinal()) {
        listeners.add(listener);
      }
    }
    return this;
  }

  @Override
  public List<JobLogEntry> log() {
    return journal.entries(job.attempt());
  }

  @Override
  public synchronized boolean cancel() {
    if (state().isFinal()) {
      return false;
    }
    cancellation.cancel();
    if (state() instanceof JobState.Pending) {
      end(new JobState.Cancelled());
    }
    return true;
  }

  @Override
  public JobState await() throws InterruptedException {
    ended.await();
    return state();
  }

  @Override
  public Optional<JobState> await(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)
        ? Optional.of(state())
        : Optional.empty();
  }
}
