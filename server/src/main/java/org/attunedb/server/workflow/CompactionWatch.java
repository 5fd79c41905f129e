package org.attunedb.server.workflow;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Tells from outside how far a compaction is: what it has written, against the size of what there
 * was. Watches in a thread of its own until it has ended.
 */
public final class CompactionWatch {
  private static final long PAUSE_MILLIS = 100;

  private final Path store;
  private final String collection;
  private final LongConsumer listener;
  private final Map<Path, Long> before;
  private final Thread thread;

  /**
   * Compacts and watches.
   *
   * @param store the folder of the store
   * @param collection the name
   * @param listener is told the bytes that were written, at most those of before; called by one
   *     thread at a time
   * @param compacting what merges the collection
   */
  public static void watch(
      Path store, String collection, LongConsumer listener, Runnable compacting) {
    CompactionWatch watch = new CompactionWatch(store, collection, listener);
    try {
      compacting.run();
    } finally {
      watch.stop();
    }
  }

  private CompactionWatch(Path store, String collection, LongConsumer listener) {
    this.store = store;
    this.collection = collection;
    this.listener = listener;
    this.before = CollectionFiles.sizes(store, collection);
    this.thread = Thread.ofPlatform().name("attune-compaction-watch").daemon().start(this::watch);
  }

  private void watch() {
    long total = before.values().stream().mapToLong(Long::longValue).sum();
    try {
      while (true) {
        Thread.sleep(PAUSE_MILLIS);
        long written =
            CollectionFiles.sizes(store, collection).entrySet().stream()
                .filter(file -> !before.containsKey(file.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        listener.accept(Math.min(written, total));
      }
    } catch (InterruptedException e) {
      // Stopped.
    }
  }

  private void stop() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
