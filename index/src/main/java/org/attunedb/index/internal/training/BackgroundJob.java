package org.attunedb.index.internal.training;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job's state, kept up to date from its events. */
final class BackgroundJob implements TrainingJob {
  /** The work; returns the final state. */
  @FunctionalInterface
  interface Work {
    JobState run(TrainingListener listener, CancellationToken cancellation);
  }

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundJob.class);

  private final String id;
  private final Instant submitted;
  private final Work work;
  private final CancellationToken cancellation = new CancellationToken();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<TrainingListener> listeners = new CopyOnWriteArrayList<>();
  private volatile JobState state = new JobState.Pending();
  private volatile TrainingProgress progress = TrainingProgress.none();

  BackgroundJob(String id, Instant submitted, Work work) {
    this.id = id;
    this.submitted = submitted;
    this.work = work;
  }

  /** Runs the work on the calling thread; returns when the job has ended, however it ended. */
  void run() {
    if (!begin()) {
      return;
    }
    try {
      end(work.run(this::publish, cancellation));
    } catch (CancellationException e) {
      end(new JobState.Cancelled());
    } catch (InvalidInputException e) {
      end(new JobState.Failed(e.code(), e.getMessage()));
    } catch (AttuneException e) {
      LOG.warn("training job {} failed", id, e);
      end(new JobState.Failed(e.code(), e.getMessage()));
    } catch (RuntimeException | Error e) {
      LOG.error("training job {} failed", id, e);
      end(new JobState.Failed(ErrorCode.TRAINING_FAILED, "training failed: " + e));
    }
  }

  private synchronized boolean begin() {
    if (state.isFinal()) {
      return false;
    }
    state = new JobState.Training();
    return true;
  }

  private synchronized void end(JobState last) {
    if (!state.isFinal()) {
      state = last;
      ended.countDown();
    }
  }

  private void publish(TrainingEvent event) {
    progress = advance(progress, event);
    listeners.forEach(listener -> listener.on(event));
  }

  private static TrainingProgress advance(TrainingProgress p, TrainingEvent event) {
    return switch (event) {
      case TrainingEvent.Started started -> TrainingProgress.none();
      case TrainingEvent.Stepped s ->
          new TrainingProgress(
              s.stage(),
              s.epoch(),
              s.step(),
              s.steps(),
              OptionalDouble.of(s.loss()),
              p.recallAt10(),
              p.delta(),
              s.eta());
      case TrainingEvent.EpochFinished e ->
          new TrainingProgress(
              e.stage(),
              e.epoch(),
              p.step(),
              p.steps(),
              p.loss(),
              OptionalDouble.of(e.recallAt10()),
              OptionalDouble.of(e.delta()),
              e.eta());
      case TrainingEvent.Decided decided -> decided(p, decided);
    };
  }

  private static TrainingProgress decided(TrainingProgress p, TrainingEvent.Decided event) {
    Double recall = event.decision().metrics().get("recall@10");
    Double delta = event.decision().metrics().get("delta_recall@10");
    return new TrainingProgress(
        p.stage(),
        p.epoch(),
        p.steps(),
        p.steps(),
        p.loss(),
        recall == null ? p.recallAt10() : OptionalDouble.of(recall),
        delta == null ? p.delta() : OptionalDouble.of(delta),
        Duration.ZERO);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant submitted() {
    return submitted;
  }

  @Override
  public JobState state() {
    return state;
  }

  @Override
  public TrainingProgress progress() {
    return progress;
  }

  @Override
  public TrainingJob listen(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  @Override
  public synchronized boolean cancel() {
    if (state.isFinal()) {
      return false;
    }
    cancellation.cancel();
    if (state instanceof JobState.Pending) {
      end(new JobState.Cancelled());
    }
    return true;
  }

  @Override
  public JobState await() throws InterruptedException {
    ended.await();
    return state;
  }

  @Override
  public Optional<JobState> await(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)
        ? Optional.of(state)
        : Optional.empty();
  }
}
