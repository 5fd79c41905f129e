package org.attunedb.index.internal.training;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.AdapterTrainer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the training jobs of a store one after the other on a low-priority thread, which starts with
 * the first job and ends with the store. Thread-safe.
 */
public final class TrainingQueue implements AutoCloseable {
  private static final long STOP_SECONDS = 60;
  private static final long POLL_MILLIS = 50;

  private final Supplier<Optional<AdapterTrainer>> trainers;
  private volatile @Nullable BackgroundJob running;

  // Priority only hints that searches come first; nothing depends on it.
  @SuppressWarnings("ThreadPriorityCheck")
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread started =
                Thread.ofPlatform()
                    .name("attune-training")
                    .daemon()
                    .priority(Thread.MIN_PRIORITY)
                    .unstarted(task);
            thread = started;
            return started;
          });

  private volatile @Nullable Thread thread;

  /** A queue whose trainer is looked up when it is first needed. */
  public TrainingQueue(Supplier<Optional<AdapterTrainer>> trainers) {
    this.trainers = trainers;
  }

  AdapterTrainer trainer() {
    return trainers
        .get()
        .orElseThrow(
            () ->
                new TrainingException(
                    ErrorCode.TRAINER_MISSING,
                    "no adapter trainer on the class path, expected the module attune-adapter-training"));
  }

  /**
   * Passes on any thread but that of the trainings.
   *
   * @param purpose what is to be done, which waits for the end of a training
   * @throws ConflictException {@code training_active} on that thread, which would wait for itself
   */
  public void requireOtherThread(String purpose) {
    if (Thread.currentThread() == thread) {
      throw new ConflictException(
          ErrorCode.TRAINING_ACTIVE,
          "can't %s on a training's own thread, as that waits for the training to end; expected"
                  .formatted(purpose)
              + " another thread than that of a listener or trainer");
    }
  }

  void submit(BackgroundJob job) {
    executor.execute(() -> run(job));
  }

  private void run(BackgroundJob job) {
    running = job;
    try {
      job.run();
    } finally {
      running = null;
    }
  }

  /**
   * Waits for the running job, which its owner has cancelled; waiting ones don't start. Does not
   * wait for a job that was given up. Not to be called on the training's own thread, see {@link
   * #requireOtherThread}.
   */
  @Override
  public void close() {
    executor.shutdownNow();
    long start = System.nanoTime();
    try {
      while (!executor.awaitTermination(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        BackgroundJob current = running;
        if (current != null && current.isAbandoned()) {
          return;
        }
        if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(STOP_SECONDS)) {
          throw new TrainingException(
              ErrorCode.TRAINING_FAILED,
              "the training did not stop within " + STOP_SECONDS + " seconds");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
