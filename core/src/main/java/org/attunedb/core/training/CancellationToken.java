package org.attunedb.core.training;

import java.util.concurrent.CancellationException;

/** Lets another thread ask a training to stop; checked between optimiser steps. Thread-safe. */
public final class CancellationToken {
  private volatile boolean cancelled;

  /** Asks the training to stop at its next step. */
  public void cancel() {
    cancelled = true;
  }

  /** Whether {@link #cancel()} was called. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Ends the calling training if it should stop.
   *
   * @throws CancellationException if {@link #cancel()} was called
   */
  public void throwIfCancelled() {
    if (cancelled) {
      throw new CancellationException("training was cancelled");
    }
  }
}
