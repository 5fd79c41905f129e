package org.attunedb.server.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.attunedb.server.ingest.PageBatch.Refusal;
import org.attunedb.server.ingest.sync.Journal;
import org.attunedb.server.ingest.sync.PageChange;
import org.jspecify.annotations.Nullable;

/**
 * Writes pages in batches and in a thread of its own, so that the source is asked for further pages
 * while those before are embedded and stored. A batch is written when it is full, or when its first
 * page has waited long enough: a quick source fills the requests of an embedding service, and a
 * slow one loses little if it is cut off. While one batch is written at most one more gathers.
 *
 * <p>Used by one thread, which also hears of refusals. What went wrong with a batch is thrown by
 * the next call.
 */
final class PageWriter implements AutoCloseable {
  private final Destination destination;
  private final Journal journal;
  private final int most;
  private final Duration longestWait;
  private final Consumer<Refusal> refusals;
  private final Thread thread;

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final List<Refusal> untold = new ArrayList<>();
  private PageBatch pending = new PageBatch();
  private boolean writing;
  private boolean flushing;
  private boolean closed;
  private @Nullable Throwable failure;

  /**
   * A writer, not started yet.
   *
   * @param refusals hears of pages that the collection does not take
   */
  PageWriter(
      Destination destination, Journal journal, IngestOptions options, Consumer<Refusal> refusals) {
    this.destination = destination;
    this.journal = journal;
    this.most = options.batch();
    this.longestWait = options.flushAfter();
    this.refusals = refusals;
    this.thread = Thread.ofPlatform().daemon().name("attune-ingest-writer").unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  /** Takes a page whose documents may have changed. */
  void add(String address, PageChange change, Journal.Entry entry) throws InterruptedException {
    take(batch -> batch.add(address, change, entry));
  }

  /** Takes a page whose documents did not change. */
  void note(String address, Journal.Entry entry) throws InterruptedException {
    take(batch -> batch.note(address, entry));
  }

  /** Takes documents that go. */
  void delete(List<String> ids) throws InterruptedException {
    take(batch -> batch.delete(ids));
  }

  private void take(Consumer<PageBatch> addition) throws InterruptedException {
    lock.lock();
    try {
      boolean first = pending.isEmpty();
      addition.accept(pending);
      if (first || pending.isFull(most)) {
        changed.signalAll();
      }
      while (failure == null && pending.isFull(most)) {
        changed.await();
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything is written that was taken. */
  void flush() throws InterruptedException {
    lock.lock();
    try {
      flushing = true;
      changed.signalAll();
      while (failure == null && (writing || !pending.isEmpty())) {
        changed.await();
      }
      flushing = false;
      tell();
    } finally {
      lock.unlock();
    }
  }

  private void tell() {
    untold.forEach(refusals);
    untold.clear();
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }

  private void work() {
    try {
      for (PageBatch batch = next(); batch != null; batch = next()) {
        written(batch.write(destination.get(), journal));
      }
    } catch (InterruptedException e) {
      // By cancel(), after which nobody waits for anything.
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** The next batch, once it is due; null after the last. */
  private @Nullable PageBatch next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long wait = longestWait.toNanos();
      while (!closed && !isDue(wait)) {
        if (pending.isEmpty()) {
          changed.await();
        } else {
          wait = changed.awaitNanos(wait);
        }
      }
      if (closed) {
        return null;
      }
      PageBatch batch = pending;
      pending = new PageBatch();
      writing = true;
      changed.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue(long wait) {
    return pending.isFull(most) || (!pending.isEmpty() && (flushing || wait <= 0));
  }

  private void written(List<Refusal> refused) {
    lock.lock();
    try {
      writing = false;
      untold.addAll(refused);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void failed(Throwable cause) {
    lock.lock();
    try {
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends what is being embedded or stored, as an interrupt of the caller's own thread would. */
  void cancel() {
    thread.interrupt();
  }

  /** Waits for the batch that is being written; what is not begun is not written. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        cancel();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
