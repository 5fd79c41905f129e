package org.attunedb.index;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.AdapterChoice;

/**
 * How searches are shadowed.
 *
 * @param shadow the adapter of the second search, whose hits nobody sees
 * @param every 1 to shadow every search, n to shadow one in n; at least 1
 * @param executor runs the second search, after the first has been answered
 */
public record ShadowOptions(AdapterChoice shadow, int every, Executor executor) {
  /** Checks the range. */
  public ShadowOptions {
    Objects.requireNonNull(shadow, "shadow");
    Objects.requireNonNull(executor, "executor");
    if (every < 1) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "every is " + every + ", expected at least 1");
    }
  }

  /** Every search, in the caller's thread: each takes about twice as long. */
  public static ShadowOptions of(AdapterChoice shadow) {
    return new ShadowOptions(shadow, 1, Runnable::run);
  }

  /** These options with one search in n. */
  public ShadowOptions withEvery(int searches) {
    return new ShadowOptions(shadow, searches, executor);
  }

  /**
   * These options with the second search elsewhere, so that nobody waits for it. What the executor
   * rejects is counted as failed; its queue should be bounded, as each waiting search holds a
   * snapshot.
   */
  public ShadowOptions withExecutor(Executor newExecutor) {
    return new ShadowOptions(shadow, every, newExecutor);
  }
}
