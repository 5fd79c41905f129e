package org.attunedb.server.workflow;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.attunedb.index.TrainingJob;
import org.jspecify.annotations.Nullable;

/**
 * Lets a process that is asked to end (Ctrl-C) cancel its work and close its store first. Open it
 * before the store, so that it is closed after. Thread-safe.
 */
public final class CleanStop implements AutoCloseable {
  /** A store that takes longer to close is left as a crash would leave it: whole. */
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "attune-stop");
  private @Nullable TrainingJob job;
  private @Nullable Runnable action;
  private boolean stopping;

  private CleanStop() {}

  /** From now on the process ends cleanly. */
  public static CleanStop install() {
    CleanStop stop = new CleanStop();
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  /** Cancels this job when the process is asked to end, or at once if it has been. */
  public synchronized TrainingJob of(TrainingJob next) {
    job = next;
    if (stopping) {
      next.cancel();
    }
    return next;
  }

  /** Runs this when the process is asked to end, or at once if it has been; it must not block. */
  public synchronized void onStop(Runnable next) {
    action = next;
    if (stopping) {
      next.run();
    }
  }

  private void stop() {
    synchronized (this) {
      stopping = true;
      if (job != null) {
        job.cancel();
      }
      if (action != null) {
        action.run();
      }
    }
    try {
      if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("attune: the store was not closed in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is ending and the hook runs.
    }
  }
}
