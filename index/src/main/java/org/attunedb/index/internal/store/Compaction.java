package org.attunedb.index.internal.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.lucene.index.MergePolicy;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/** Merges a collection into one segment. Thread-safe. */
final class Compaction {
  private final String name;
  private final Path directory;
  private final CollectionIndex index;
  private final GroupCommit writer;
  private final StoreHealth health;

  /**
   * For one collection.
   *
   * @param directory its folder, for messages
   */
  Compaction(
      String name, Path directory, CollectionIndex index, GroupCommit writer, StoreHealth health) {
    this.name = name;
    this.directory = directory;
    this.index = index;
    this.writer = writer;
    this.health = health;
  }

  /** Merges, publishes and commits; an interrupt of the caller changes nothing. */
  void run() {
    // Lucene waits for merges and would take an interrupt of the caller for its own end.
    CompletableFuture<@Nullable Void> merged = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("attune-compact-" + name).start(() -> merge(merged));
    try {
      merged.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    writer.exclusively(index::publish);
    writer.checkpoint();
  }

  private void merge(CompletableFuture<@Nullable Void> merged) {
    try {
      mergeAll();
      merged.complete(null);
    } catch (IOException e) {
      merged.completeExceptionally(compactionFailed(e));
    } catch (IllegalStateException e) {
      boolean failed = index.hasFailed() || !health.isWritable();
      merged.completeExceptionally(
          failed
              ? compactionFailed(new IOException(e))
              : new IllegalStateException("collection '" + name + "' is closed", e));
    } catch (RuntimeException | Error e) {
      merged.completeExceptionally(compactionFailed(new IOException(e)));
    }
  }

  /** Begins again where a truncation ended the merge; closing shows at the next attempt. */
  private void mergeAll() throws IOException {
    boolean aborted;
    do {
      try {
        index.compact();
        aborted = false;
      } catch (IOException e) {
        aborted = e.getCause() instanceof MergePolicy.MergeAbortedException;
        if (!aborted || index.hasFailed()) {
          throw e;
        }
      }
    } while (aborted);
  }

  private StoreException compactionFailed(IOException failure) {
    health.fail(name, failure);
    return StoreFiles.failed(directory.resolve("index"), "compact", failure);
  }
}
