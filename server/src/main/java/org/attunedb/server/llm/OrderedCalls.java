package org.attunedb.server.llm;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a model that run side by side and are taken in the order in which they were begun, so
 * that what is made of them does not depend on which is faster. Used by one thread.
 *
 * @param <R> what a call gives
 */
public final class OrderedCalls<R> implements AutoCloseable {
  /** Calls that are begun before the first is taken; the client itself may allow fewer. */
  public static final int AHEAD = 16;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Future<R>> running = new ArrayDeque<>();

  /** Calls that are given up when the signal comes. */
  public OrderedCalls(StopSignal stop) {
    stop.onRequest(threads::shutdownNow);
  }

  /** Whether another call may be begun before one is taken. */
  public boolean hasRoom() {
    return running.size() < AHEAD;
  }

  /** Whether no call is left to take. */
  public boolean isEmpty() {
    return running.isEmpty();
  }

  /** Begins a call, unless the end was asked for meanwhile. */
  public void begin(Callable<R> call) {
    if (!threads.isShutdown()) {
      running.add(threads.submit(call));
    }
  }

  /**
   * The result of the oldest call.
   *
   * @throws ModelException if the call failed, or was given up
   */
  public R take() {
    Future<R> first = running.remove();
    try {
      return first.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException(ErrorCode.CHAT_FAILED, "interrupted", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case AttuneException e -> e;
      case InvalidInputException e -> e;
      case Error e -> throw e;
      case null, default ->
          new IllegalStateException("a call of a model failed in Attune itself", cause);
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
