package org.attunedb.server.admin;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongConsumer;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.VectorFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells from outside how far a compaction is: what it has written, against the size of what there
 * was. Watches in a thread of its own until it has ended.
 */
final class CompactionWatch {
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
   * @param format what to keep the vectors as; null for what they are
   * @param listener is told the bytes that were written, at most those of before; called by one
   *     thread at a time
   */
  static void compact(
      Path store,
      VectorCollection collection,
      @Nullable VectorFormat format,
      LongConsumer listener) {
    CompactionWatch watch = new CompactionWatch(store, collection.name(), listener);
    try {
      collection.compact(format == null ? collection.spec().vectorFormat() : format);
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
