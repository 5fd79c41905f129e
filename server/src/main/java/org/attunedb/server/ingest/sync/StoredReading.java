package org.attunedb.server.ingest.sync;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.attunedb.index.CollectionReads;

/**
 * Reads what a collection holds of a source in a thread of its own, as the source can be asked for
 * its first pages meanwhile. Nothing of the source may be written before {@link #get} has returned.
 * Thread-safe. Closing it waits for the reading to end.
 */
public final class StoredReading implements AutoCloseable {
  private final FutureTask<StoredSource> reading;

  private StoredReading(FutureTask<StoredSource> reading) {
    this.reading = reading;
  }

  /** Begins to read. */
  public StoredReading(CollectionReads collection, String source) {
    this(new FutureTask<>(() -> StoredSource.read(collection, source)));
    Thread.ofPlatform().daemon().name("attune-ingest-stored").start(reading);
  }

  /** What a collection holds that is not there yet. */
  public static StoredReading none() {
    FutureTask<StoredSource> nothing = new FutureTask<>(StoredSource::none);
    nothing.run();
    return new StoredReading(nothing);
  }

  /**
   * Waits until everything was read.
   *
   * @throws RuntimeException whatever {@link CollectionReads#scan} throws
   */
  public StoredSource get() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return reading.get();
        } catch (InterruptedException e) {
          // It is soon over, and those who wait for pages are told of the interrupt.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw rethrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException rethrown(ExecutionException failure) {
    return switch (failure.getCause()) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null, default -> new IllegalStateException("reading failed", failure);
    };
  }

  /** Waits for the end of the reading, so that the collection can be closed afterwards. */
  @Override
  public void close() {
    try {
      get();
    } catch (RuntimeException e) {
      // Who needed what it read was told.
    }
  }
}
