package org.attunedb.index.internal.jobs;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.index.JobLogEntry;
import org.attunedb.index.JobState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what happens in one attempt of a job. What can't be written does not stop the
 * training: then a store that is opened again knows less. Writes nothing any more once it has
 * ended, so that nothing comes back into a folder that somebody else deletes. Thread-safe.
 */
public final class JobJournal {
  private static final Logger LOG = LoggerFactory.getLogger(JobJournal.class);

  private final String id;
  private final JobFolder folder;
  private final JobLog log;
  private final Clock clock;
  private boolean ended;

  /** The journal of an attempt that begins. */
  public JobJournal(JobFolder folder, JobRecord job, Clock clock) {
    this.id = job.id();
    this.folder = folder;
    this.log = folder.newLog(job.attempt());
    this.clock = clock;
  }

  /** Keeps what is known of the job. */
  public synchronized void save(JobRecord job) {
    quietly(() -> folder.write(job));
  }

  /** Adds a line to the log. */
  public synchronized void note(String text) {
    quietly(() -> log.add(new JobLogEntry(clock.instant(), text)));
  }

  private void quietly(Runnable write) {
    if (ended) {
      return;
    }
    try {
      write.run();
    } catch (RuntimeException e) {
      LOG.warn("training job {}: {}", id, e.getMessage());
    }
  }

  /**
   * Keeps what is known of the job before anything is kept that depends on it.
   *
   * @throws StoreException {@code store_io} if that is not possible
   */
  public synchronized void require(JobRecord job) {
    if (!ended) {
      folder.write(job);
    }
  }

  /** Keeps the end of the attempt; nothing is written after this. */
  public synchronized void end(JobRecord last, String text) {
    quietly(() -> log.addLast(new JobLogEntry(clock.instant(), text)));
    quietly(log::force);
    quietly(() -> folder.write(last));
    quietly(folder::clearCancelRequest);
    if (last.state() instanceof JobState.Completed) {
      quietly(folder::clearForGood);
    }
    ended = true;
    try {
      log.close();
    } catch (IOException e) {
      LOG.warn("training job {}: {}", id, e.getMessage());
    }
  }

  /** Whether somebody in another process wants the job to stop. */
  public synchronized boolean isCancelRequested() {
    return !ended && folder.isCancelRequested();
  }

  /** Every line so far, of this and earlier attempts. */
  public List<JobLogEntry> entries(int attempt) {
    return folder.log(attempt);
  }

  /** Number of checkpoints that earlier attempts left. */
  public int checkpointCount() {
    return folder.checkpointCount();
  }

  /** Forgets the checkpoints of earlier attempts. */
  public synchronized void clearCheckpoints() {
    if (!ended) {
      folder.clearCheckpoints();
    }
  }

  /**
   * The checkpoints; writing one throws as a cancelled training does once the attempt has ended.
   */
  public CheckpointStore checkpoints() {
    return new Guarded(folder.checkpoints());
  }

  private final class Guarded implements CheckpointStore {
    private final CheckpointStore files;

    Guarded(CheckpointStore files) {
      this.files = files;
    }

    @Override
    public Optional<byte[]> read(String name) {
      return files.read(name);
    }

    @Override
    public void write(String name, byte[] content) {
      synchronized (JobJournal.this) {
        if (ended) {
          throw new CancellationException("training was stopped");
        }
        files.write(name, content);
      }
    }
  }
}
