package org.attunedb.training.internal;

import java.time.Duration;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingListener;

/** Counts steps over a whole training and tells the listener. Used by the training thread only. */
final class Progress {
  private final int steps;
  private final TrainingListener listener;
  private final CancellationToken cancellation;
  private final long start = System.nanoTime();
  private int step;
  private String stage = "";

  Progress(int steps, TrainingListener listener, CancellationToken cancellation) {
    this.steps = steps;
    this.listener = listener;
    this.cancellation = cancellation;
  }

  void stage(String name) {
    stage = name;
  }

  void step(int epoch, double loss) {
    cancellation.throwIfCancelled();
    step++;
    listener.on(new TrainingEvent.Stepped(stage, epoch, step, steps, loss, eta()));
  }

  /** Counts steps that an earlier attempt has made. */
  void skip(int count) {
    cancellation.throwIfCancelled();
    step += count;
  }

  void epoch(int epoch, double loss, double recall, double delta) {
    listener.on(new TrainingEvent.EpochFinished(stage, epoch, loss, recall, delta, eta()));
  }

  private Duration eta() {
    long elapsed = System.nanoTime() - start;
    // Before the first step the time so far stands for one step.
    return Duration.ofNanos(
        (long) ((double) elapsed / Math.max(1, step) * Math.max(0, steps - step)));
  }
}
