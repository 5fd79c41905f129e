package org.attunedb.server.llm;

import org.jspecify.annotations.Nullable;

/** Lets another thread ask for an early and orderly end of work with a model. Thread-safe. */
public final class StopSignal {
  private @Nullable Runnable action;
  private boolean requested;

  /** Asks for the end; what is being waited for is given up. */
  public synchronized void request() {
    requested = true;
    if (action != null) {
      action.run();
    }
  }

  /** Whether the end was asked for. */
  public synchronized boolean isRequested() {
    return requested;
  }

  /** Runs this when the end is asked for, or at once if it has been. */
  synchronized void onRequest(Runnable next) {
    action = next;
    if (requested) {
      next.run();
    }
  }
}
