package org.attunedb.training;

import ai.djl.engine.EngineException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.training.internal.PyTorch;
import org.attunedb.training.internal.TrainingRun;

/**
 * Fits low-rank residual adapters with DJL on PyTorch. Thread-safe; trainings in one process run
 * one after the other, whichever instance they came through.
 */
public final class DjlAdapterTrainer implements AdapterTrainer {
  /** Recorded with every adapter; changes with the recipe. */
  static final String NAME = "corpus-softmax-2";

  // PyTorch's engine allows one gradient collector in a process, so the lock must be the process's.
  private static final ReentrantLock ENGINE = new ReentrantLock();

  private static final long POLL_MILLIS = 50;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
    lock(context.cancellation());
    try {
      PyTorch.start(config.threads(), config.seed());
      return new TrainingRun(set, config, context).run();
    } catch (EngineException e) {
      throw new TrainingException(
          ErrorCode.TRAINING_FAILED, "the PyTorch engine failed: " + e.getMessage(), e);
    } finally {
      ENGINE.unlock();
    }
  }

  /** Waits for its turn, but no longer than it is wanted. */
  private static void lock(CancellationToken cancellation) {
    try {
      do {
        cancellation.throwIfCancelled();
      } while (!ENGINE.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while another training was running");
    }
  }
}
