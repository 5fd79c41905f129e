package org.attunedb.index.internal.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads that help searches with their segments, shared by all searches of a store. They start
 * when they are needed and end when they are idle; nothing ever queues for them. Thread-safe.
 */
public final class SearchWorkers implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final int threads;
  private final AtomicInteger started = new AtomicInteger();
  private final ThreadPoolExecutor helpers;

  /**
   * Makes a pool.
   *
   * @param threads that search for one request, the one that asks among them; at least 1
   */
  public SearchWorkers(int threads) {
    this.threads = threads;
    // A queue would hold up a search that could have done the work itself meanwhile.
    this.helpers =
        new ThreadPoolExecutor(
            0,
            Math.max(1, threads - 1),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            this::helper);
  }

  private Thread helper(Runnable work) {
    return Thread.ofPlatform()
        .daemon()
        .name("attune-search-" + started.incrementAndGet())
        .unstarted(work);
  }

  /** How many threads can search for one request. */
  int threads() {
    return threads;
  }

  /**
   * Does a work in the calling thread, and the same in others as far as some are free. Returns or
   * throws when all of them have ended.
   *
   * @param most so many threads, the calling one among them
   * @param work takes a part of what is to be done until there is none left
   * @return what each thread made, the calling one's first
   */
  <T> List<T> share(int most, Supplier<T> work) {
    List<CompletableFuture<T>> others = new ArrayList<>();
    try {
      for (int i = 1; i < Math.min(most, threads); i++) {
        others.add(CompletableFuture.supplyAsync(work, helpers));
      }
    } catch (RejectedExecutionException e) {
      // All are busy, or the store is being closed: those that there are do it.
    }
    List<T> made = new ArrayList<>();
    try {
      made.add(work.get());
    } finally {
      others.forEach(SearchWorkers::await);
    }
    for (CompletableFuture<T> other : others) {
      made.add(joined(other));
    }
    return made;
  }

  private static void await(CompletableFuture<?> other) {
    try {
      other.join();
    } catch (CompletionException e) {
      // Comes again when the result is taken.
    }
  }

  private static <T> T joined(CompletableFuture<T> other) {
    try {
      return other.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Waits for searches that have begun; later ones do without. */
  @Override
  public void close() {
    helpers.close();
  }
}
