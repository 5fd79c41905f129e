package org.attunedb.index.internal.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.attunedb.core.Document;
import org.attunedb.index.BulkLoad;
import org.attunedb.index.BulkProgress;
import org.attunedb.index.BulkProgress.Phase;

/**
 * A load that passes the log by: its batches go to the index between two groups of writes, so that
 * every commit has whole ones, and are on the disk with the next commit.
 */
final class LuceneBulkLoad implements BulkLoad {
  private final String collection;
  private final CollectionIndex index;
  private final GroupCommit writer;
  private final StoreHealth health;
  private final Function<List<Document>, Change> prepare;
  private final Runnable compact;
  private final Consumer<BulkProgress> listener;
  private final AtomicLong documents = new AtomicLong();

  /** Held for writing when the load ends: not before batches that are being added. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  /** Whether no further batches come. Guarded by the lock. */
  private boolean ended;

  /** Whether all that was added is visible and on the disk. Guarded by the lock. */
  private boolean kept;

  /**
   * Begins.
   *
   * @param prepare checks documents and makes a change of them
   * @param compact merges all, publishes and commits
   */
  LuceneBulkLoad(
      String collection,
      CollectionIndex index,
      GroupCommit writer,
      StoreHealth health,
      Function<List<Document>, Change> prepare,
      Runnable compact,
      Consumer<BulkProgress> listener) {
    this.collection = collection;
    this.index = index;
    this.writer = writer;
    this.health = health;
    this.prepare = prepare;
    this.compact = compact;
    this.listener = listener;
    index.beginBulk();
  }

  @Override
  public void add(List<Document> batch) {
    lock.readLock().lock();
    try {
      requireOpen();
      Change change = prepare.apply(batch);
      if (!batch.isEmpty()) {
        writer.exclusively(
            () -> {
              health.requireWritable();
              index.apply(change);
            });
      }
      documents.addAndGet(batch.size());
    } finally {
      lock.readLock().unlock();
    }
    tell(Phase.LOADING);
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException(
          "the bulk load into collection '" + collection + "' is closed");
    }
  }

  @Override
  public void finish() {
    lock.writeLock().lock();
    try {
      requireOpen();
      end();
      tell(Phase.MERGING);
      compact.run();
      kept = true;
    } finally {
      lock.writeLock().unlock();
    }
    tell(Phase.DONE);
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (kept) {
        return;
      }
      end();
      keep();
      kept = true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void keep() {
    writer.exclusively(
        () -> {
          health.requireWritable();
          index.publish();
        });
    writer.checkpoint();
    writer.exclusively(index::resumeMerges);
  }

  private void end() {
    if (!ended) {
      ended = true;
      index.endBulk();
    }
  }

  private void tell(Phase phase) {
    listener.accept(new BulkProgress(phase, documents.get()));
  }
}
