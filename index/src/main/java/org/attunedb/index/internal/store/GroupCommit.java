package org.attunedb.index.internal.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.search.IndexSearcher;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Durability;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.log.OperationLog;
import org.attunedb.index.internal.search.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * The writer of a collection: one thread that takes what queued while it was busy and gives all of
 * it one frame of the log, one fsync and one new view. Callers wait for theirs.
 *
 * <p>Order of a group: frame appended, frame forced (if the durability asks for it), operations
 * applied to the index, view published, callers answered. A failure anywhere leaves unknown what a
 * disk holds; it ends all writes of the store, and the index drops what was not committed.
 *
 * <p>A thread of its own also keeps files open when a caller is interrupted: an interrupt closes a
 * channel under the thread that uses it.
 */
final class GroupCommit implements AutoCloseable {
  /** Bytes of a group: more would only delay its first writer. */
  private static final long GROUP_BYTES = 4L << 20;

  /** Bytes of the log at which it goes to the index: bounds the replay after a crash. */
  private static final long CHECKPOINT_BYTES = 64L << 20;

  private final String collection;
  private final Path directory;
  private final CollectionIndex index;
  private final OperationLog log;
  private final Durability durability;
  private final StoreHealth health;
  private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  /** When the log was last known to be on the disk, by {@link System#nanoTime}. Writer thread. */
  private long dirtySince;

  /** Guarded by the queue's lock object: nothing is queued after the last task. */
  private boolean closed;

  /** Guarded as above: the thread has ended before its last task. */
  private boolean abandoned;

  private sealed interface Task {
    record Apply(PendingWrite write) implements Task {}

    record Run(Action action, CompletableFuture<Void> result, boolean last) implements Task {}
  }

  /** Something that must not run beside a group. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  GroupCommit(
      String collection,
      Path directory,
      CollectionIndex index,
      OperationLog log,
      Durability durability,
      StoreHealth health) {
    this.collection = collection;
    this.directory = directory;
    this.index = index;
    this.log = log;
    this.durability = durability;
    this.health = health;
    this.thread = Thread.ofPlatform().daemon().name("attune-write-" + collection).start(this::run);
  }

  /**
   * Waits until a write is done.
   *
   * @return the documents that it affected
   * @throws StoreException if its outcome is unknown
   */
  long write(PendingWrite write) {
    submit(new Task.Apply(write));
    return await(write.result());
  }

  /** Forces every acknowledged write to the disk. */
  void flush() {
    exclusively(this::force);
  }

  /** Puts every acknowledged write into the index and empties the log. */
  void checkpoint() {
    exclusively(this::commit);
  }

  /** Runs something on the writer's thread, between two groups. */
  void exclusively(Action action) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    submit(new Task.Run(action, result, false));
    await(result);
  }

  /** Makes a view of what merges made, between two groups; returns at once. */
  void publishSoon() {
    synchronized (queue) {
      if (!closed) {
        queue.add(new Task.Run(index::publish, new CompletableFuture<>(), false));
      }
    }
  }

  private void submit(Task task) {
    synchronized (queue) {
      if (abandoned) {
        health.requireWritable();
      }
      if (closed) {
        throw new IllegalStateException("collection '" + collection + "' is closed");
      }
      closed = task instanceof Task.Run run && run.last();
      queue.add(task);
    }
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      // Not cut short by an interrupt, whose flag stays set: a write is on its way or it is not.
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void run() {
    List<Task> tasks = new ArrayList<>();
    try {
      work(tasks);
    } catch (RuntimeException | Error e) {
      abandon(tasks, e);
    }
  }

  /** The thread is about to end by a fault: nobody may wait for it. */
  private void abandon(List<Task> tasks, Throwable fault) {
    health.fail(collection, fault);
    synchronized (queue) {
      closed = true;
      abandoned = true;
      queue.drainTo(tasks);
    }
    StoreException failure = fail(fault);
    for (Task task : tasks) {
      switch (task) {
        case Task.Apply apply -> apply.write().result().completeExceptionally(failure);
        case Task.Run run -> run.result().completeExceptionally(failure);
      }
    }
    closeLog(fault);
  }

  private void closeLog(Throwable fault) {
    try {
      log.close();
    } catch (IOException | RuntimeException | Error e) {
      fault.addSuppressed(e);
    }
  }

  private void work(List<Task> tasks) {
    boolean running = true;
    while (running) {
      tasks.clear();
      Task first = next();
      if (first == null) {
        attempt(new WriteGroup(), this::force);
      } else {
        tasks.add(first);
        queue.drainTo(tasks);
        running = process(tasks);
      }
    }
  }

  /** The next task; null when the log has to be forced before there is one. */
  private @Nullable Task next() {
    try {
      if (!(durability instanceof Durability.Interval interval) || !unforced()) {
        return queue.take();
      }
      long left = interval.interval().toNanos() - (System.nanoTime() - dirtySince);
      return left <= 0 ? null : queue.poll(left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Nobody has a reason to interrupt this thread; it ends with its last task.
      return null;
    }
  }

  private boolean unforced() {
    return health.isWritable() && log.durable() < log.last();
  }

  /** Whether there is more to come. */
  private boolean process(List<Task> tasks) {
    WriteGroup group = new WriteGroup();
    for (Task task : tasks) {
      switch (task) {
        case Task.Apply apply -> group = take(group, apply.write());
        case Task.Run run -> {
          finish(group);
          group = new WriteGroup();
          runAlone(run);
          if (run.last()) {
            return false;
          }
        }
      }
    }
    finish(group);
    return true;
  }

  /** Adds a write to a group, or to a new one if it has to see the other first. */
  private WriteGroup take(WriteGroup group, PendingWrite write) {
    WriteGroup current = group;
    if (group.isReadBy(write.dependsOn()) || group.bytes() > GROUP_BYTES) {
      finish(group);
      current = new WriteGroup();
    }
    try {
      health.requireWritable();
      PendingWrite.Decision decision = decide(write);
      Change change = decision.change();
      if (change == null) {
        write.result().complete(decision.affected());
      } else {
        current.add(write, change, decision.affected());
      }
    } catch (IOException e) {
      write.result().completeExceptionally(StoreFiles.failed(directory, "read", e));
    } catch (RuntimeException e) {
      write.result().completeExceptionally(e);
    } catch (Error e) {
      // Out of memory, most likely: nothing was written, but nobody knows what else it hit.
      write.result().completeExceptionally(fail(e));
    }
    return current;
  }

  private PendingWrite.Decision decide(PendingWrite write) throws IOException {
    IndexSearcher view = index.acquire();
    try {
      return write.decide(new Snapshot(view));
    } finally {
      index.release(view);
    }
  }

  private void finish(WriteGroup group) {
    if (group.isEmpty()) {
      return;
    }
    if (attempt(group, () -> write(group))) {
      group.succeed();
      if (log.bytes() > CHECKPOINT_BYTES) {
        attempt(new WriteGroup(), this::commit);
      }
    }
  }

  /** A busy writer keeps to the interval, too. */
  private void forceIfDue() throws IOException {
    if (durability instanceof Durability.Interval interval
        && unforced()
        && System.nanoTime() - dirtySince >= interval.interval().toNanos()) {
      log.force();
    }
  }

  private void write(WriteGroup group) throws IOException {
    forceIfDue();
    if (!unforced()) {
      dirtySince = System.nanoTime();
    }
    log.append(group.changes().stream().map(Change::encoded).toList());
    if (durability instanceof Durability.Sync) {
      log.force();
    }
    for (Change change : group.changes()) {
      index.apply(change);
    }
    index.publish();
    forceIfDue();
  }

  private void force() throws IOException {
    health.requireWritable();
    log.force();
  }

  private void commit() throws IOException {
    health.requireWritable();
    if (log.bytes() > 0 || index.hasUncommitted()) {
      // A log whose operations the index has is not replayed, so it need not be forced.
      index.commit(log.last());
      log.clear();
    }
  }

  private void runAlone(Task.Run task) {
    try {
      task.action().run();
      task.result().complete(null);
    } catch (IOException e) {
      task.result().completeExceptionally(fail(e));
    } catch (AttuneException e) {
      task.result().completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      task.result().completeExceptionally(fail(e));
    }
  }

  private boolean attempt(WriteGroup group, Action action) {
    try {
      action.run();
      return true;
    } catch (IOException | RuntimeException | Error e) {
      group.fail(fail(e));
      return false;
    }
  }

  /** Ends all writes. Nothing is retried, and nothing that failed may reach a later commit. */
  private StoreException fail(Throwable failure) {
    health.fail(collection, failure);
    try {
      index.rollback();
    } catch (IOException | RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
    return new StoreException(
        ErrorCode.STORE_IO,
        "can't write %s: %s; whether this write survives is unknown until the store is opened again"
            .formatted(directory, failure.getMessage()),
        failure);
  }

  /** Runs what is queued, puts it into the index and stops the thread. Closing twice waits. */
  @Override
  public void close() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    synchronized (queue) {
      if (closed) {
        result.complete(null);
      } else {
        submit(new Task.Run(this::commitIfWritable, result, true));
      }
    }
    try {
      await(result);
    } finally {
      join();
    }
  }

  private void commitIfWritable() throws IOException {
    try (log) {
      if (health.isWritable()) {
        commit();
      }
    }
  }

  private void join() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join(Duration.ofDays(1));
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
