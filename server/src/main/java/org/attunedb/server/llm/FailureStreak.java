package org.attunedb.server.llm;

import org.attunedb.core.error.ModelException;

/**
 * Tells a model that fails at one text, which is passed over, from one that does not work, where
 * going on would skip everything. Not thread-safe.
 */
public final class FailureStreak {
  /** Failures in a row that end the work. */
  public static final int LONGEST = 3;

  private int length;
  private boolean anySuccess;

  /** A call went well. */
  public void success() {
    length = 0;
    anySuccess = true;
  }

  /** Whether no call went well so far. */
  public boolean isUnbroken() {
    return !anySuccess;
  }

  /**
   * A call failed.
   *
   * @throws ModelException the failure itself if it is the last of a streak
   */
  public void failure(ModelException failure) {
    length++;
    if (length >= LONGEST) {
      throw failure;
    }
  }
}
