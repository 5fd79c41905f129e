package org.attunedb.server.ingest.gather;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs tasks at the same time and gives their results in the order of the tasks. Not thread-safe
 * itself. Closing it interrupts what runs.
 */
final class InOrder<T> implements AutoCloseable {
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Future<T>> running = new ArrayDeque<>();

  void submit(Callable<T> task) {
    running.add(executor.submit(task));
  }

  int size() {
    return running.size();
  }

  /** The result of the oldest task. */
  T next() throws InterruptedException {
    try {
      return running.remove().get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error fault -> throw fault;
        case InterruptedException interrupt -> throw interrupt;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
