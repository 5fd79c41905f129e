package org.attunedb.index.internal.training;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.jobs.JobFolder;
import org.attunedb.index.internal.jobs.JobJournal;
import org.attunedb.index.internal.jobs.JobRecord;
import org.attunedb.index.internal.jobs.JobStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of one collection: those of this process, and those known from the disk. Thread-safe.
 */
final class CollectionJobs {
  private static final Logger LOG = LoggerFactory.getLogger(CollectionJobs.class);
  private static final int ID_BYTES = 12;

  /** How long a listener may take before it is held to be waiting for its own collection's end. */
  private static final Duration LISTENER_PATIENCE = Duration.ofSeconds(2);

  private final JobStore store;
  private final TrainingQueue queue;
  private final Clock clock;
  private final RandomGenerator ids;

  /** Oldest first; null until it is first needed. Guarded by this. */
  private @Nullable List<TrainingJob> known;

  private boolean closed;

  CollectionJobs(JobStore store, TrainingQueue queue, Clock clock, RandomGenerator ids) {
    this.store = store;
    this.queue = queue;
    this.clock = clock;
    this.ids = ids;
  }

  private List<TrainingJob> known() {
    List<TrainingJob> jobs = known;
    if (jobs == null) {
      jobs = new ArrayList<>();
      for (JobRecord job : store.list()) {
        jobs.add(new RecordedJob(job, () -> newest(job), store.folder(job.id())));
      }
      // Where another process writes, what was read is old at once.
      known = store.isReadOnly() ? null : jobs;
    }
    return jobs;
  }

  /** A job that was deleted meanwhile had ended before. */
  private JobRecord newest(JobRecord job) {
    return store.read(job.id()).orElseGet(() -> job.in(new JobState.Interrupted()));
  }

  synchronized List<TrainingJob> list() {
    return List.copyOf(known());
  }

  synchronized TrainingJob get(String id) {
    List<TrainingJob> jobs = known();
    return jobs.get(position(jobs, id));
  }

  private static int position(List<TrainingJob> jobs, String id) {
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).id().equals(id)) {
        return i;
      }
    }
    throw new NotFoundException(ErrorCode.JOB_NOT_FOUND, "no training job '" + id + "'");
  }

  /** Keeps a new job and puts it on the queue. */
  synchronized TrainingJob submit(TrainingRequest request, BackgroundJob.Work work) {
    requireOpen();
    tidy();
    List<TrainingJob> jobs = known();
    long number = jobs.isEmpty() ? 1 : record(jobs.getLast()).number() + 1;
    JobRecord job = JobRecord.first(number, newId(), clock.instant());
    BackgroundJob made = start(store.create(job, request), job, request, work);
    jobs.add(made);
    if (!JobFolder.keeps(request)) {
      made.note("its labels are too large to be kept: it can't be resumed");
    }
    return made;
  }

  /** What can't be removed now does not keep anybody from training; the next job tries again. */
  private void tidy() {
    try {
      store.sweep();
      makeRoom();
    } catch (StoreException e) {
      LOG.warn("earlier training jobs can't be removed: {}", e.getMessage());
    }
  }

  /** What can't be read may be worth keeping to somebody who can. */
  private void makeRoom() {
    List<TrainingJob> jobs = known();
    List<TrainingJob> finished =
        jobs.stream().filter(job -> job.state().isFinal() && !record(job).isUnreadable()).toList();
    for (int i = 0; i <= finished.size() - DeepMemory.MAX_FINISHED_JOBS; i++) {
      store.delete(finished.get(i).id());
      jobs.remove(finished.get(i));
    }
  }

  private BackgroundJob start(
      JobFolder folder, JobRecord job, TrainingRequest request, BackgroundJob.Work work) {
    BackgroundJob made =
        new BackgroundJob(job, new JobJournal(folder, job, clock), request.limits().time(), work);
    made.watch();
    queue.submit(made);
    return made;
  }

  /** Puts a job that has ended, but not completed, on the queue again. */
  synchronized TrainingJob resume(
      String id,
      Function<TrainingRequest, TrainingRequest> change,
      Function<TrainingRequest, BackgroundJob.Work> works) {
    requireOpen();
    int position = position(known(), id);
    JobRecord job = record(known().get(position));
    if (!job.state().isFinal() || job.state() instanceof JobState.Completed) {
      throw wrongState(id, job.state(), "one that failed, was cancelled or was interrupted");
    }
    if (job.isUnreadable()) {
      throw wrongState(id, job.state(), "one whose description can be read");
    }
    JobFolder folder = store.folder(id);
    TrainingRequest request =
        change.apply(
            folder
                .request()
                .orElseThrow(
                    () ->
                        new ConflictException(
                            ErrorCode.JOB_STATE,
                            "training job '%s' can't be resumed: its labels were not kept"
                                .formatted(id))));
    BackgroundJob.Work work = works.apply(request);
    folder.clearCancelRequest();
    JobRecord again = job.again();
    folder.write(again);
    BackgroundJob resumed = start(folder, again, request, work);
    known().set(position, resumed);
    return resumed;
  }

  /** Deletes a job that has ended. */
  synchronized void delete(String id) {
    requireOpen();
    int position = position(known(), id);
    JobState state = known().get(position).state();
    if (!state.isFinal()) {
      throw wrongState(id, state, "one that has ended: cancel it first");
    }
    store.delete(id);
    known().remove(position);
  }

  private static ConflictException wrongState(String id, JobState state, String expected) {
    return new ConflictException(
        ErrorCode.JOB_STATE,
        "training job '%s' is %s, expected %s"
            .formatted(id, state.getClass().getSimpleName().toLowerCase(Locale.ROOT), expected));
  }

  private static JobRecord record(TrainingJob job) {
    return job instanceof BackgroundJob own ? own.job() : ((RecordedJob) job).first();
  }

  private String newId() {
    byte[] id = new byte[ID_BYTES];
    ids.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the collection of this deep memory is closed");
    }
  }

  /** Changes something that must not be changed once {@link #stop} has returned. */
  synchronized <T> T whileOpen(Supplier<T> change) {
    requireOpen();
    return change.get();
  }

  /** As {@link #whileOpen} for a job, which ends as cancelled when it is too late. */
  synchronized <T> T publishing(Supplier<T> change) {
    if (closed) {
      throw new CancellationException("the collection was closed");
    }
    return change.get();
  }

  /** Takes back {@link #stop} for jobs to come. */
  synchronized void allow() {
    closed = false;
  }

  /** Cancels every job and waits until none runs any more, or none can change anything. */
  void stop() {
    List<BackgroundJob> running = new ArrayList<>();
    synchronized (this) {
      closed = true;
      if (known != null) {
        for (TrainingJob job : known) {
          if (job instanceof BackgroundJob own && !own.state().isFinal()) {
            running.add(own);
          }
        }
      }
    }
    running.forEach(BackgroundJob::cancel);
    boolean interrupted = false;
    for (BackgroundJob job : running) {
      interrupted |= job.awaitStop(LISTENER_PATIENCE);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
