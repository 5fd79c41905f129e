package org.attunedb.server.workflow;

import java.time.Clock;
import java.util.Locale;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingRequest;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;

/** Trains in the foreground, with a progress bar on stderr. */
public final class TrainingRunner implements AutoCloseable {
  private final ProgressBar bar;
  private String quality = "";

  private TrainingRunner(Out out) {
    this.bar = new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "training", SCALE);
  }

  /** The bar's length: events tell the planned number of steps only once training has begun. */
  private static final int SCALE = 10_000;

  /**
   * Trains and waits.
   *
   * @return the job, which has completed
   * @throws TrainingException if it failed or was cancelled
   */
  public static TrainingJob train(DeepMemory memory, TrainingRequest request, Out out)
      throws InterruptedException {
    return await(memory.train(request), out);
  }

  /**
   * Waits for a job of this process.
   *
   * @return the job, which has completed
   * @throws TrainingException if it failed or was cancelled
   */
  public static TrainingJob await(TrainingJob job, Out out) throws InterruptedException {
    try (TrainingRunner runner = new TrainingRunner(out)) {
      JobState state = job.listen(runner::show).await();
      if (state instanceof JobState.Failed failed) {
        throw new TrainingException(failed.code(), failed.message());
      }
      if (state instanceof JobState.Cancelled) {
        throw new TrainingException(ErrorCode.TRAINING_FAILED, "training was cancelled");
      }
      return job;
    }
  }

  private void show(TrainingEvent event) {
    switch (event) {
      case TrainingEvent.Stepped s ->
          bar.update(
              (long) SCALE * s.step() / s.steps(),
              String.format(
                  Locale.ROOT, "%s epoch %d loss %.3f%s", s.stage(), s.epoch(), s.loss(), quality));
      case TrainingEvent.EpochFinished e ->
          quality =
              String.format(
                  Locale.ROOT, " recall@10 %.1f%% (%+.1f)", 100 * e.recallAt10(), 100 * e.delta());
      case TrainingEvent.Decided decided -> bar.update(SCALE, "");
      case TrainingEvent.Started started -> bar.update(0, started.queries() + " queries");
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
