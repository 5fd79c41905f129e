package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ReferenceManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.attunedb.index.CollectionSnapshot;
import org.attunedb.index.internal.io.StoreFiles;

/** The newest and the held views of one Lucene index, which live as long as somebody reads them. */
public final class LuceneViews implements Views, AutoCloseable {
  private final ReferenceManager<IndexSearcher> searchers;
  private final String name;
  private final Path index;
  private final Function<Snapshot, CollectionView> viewOf;
  private final Set<Held> held = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Views of an index.
   *
   * @param name the collection's, for messages
   * @param searchers gives out the newest view; closed by the caller after this
   * @param index the folder, for messages
   * @param viewOf makes a view of a snapshot
   */
  public LuceneViews(
      String name,
      ReferenceManager<IndexSearcher> searchers,
      Path index,
      Function<Snapshot, CollectionView> viewOf) {
    this.name = name;
    this.searchers = searchers;
    this.index = index;
    this.viewOf = viewOf;
  }

  @Override
  public <T> T read(Reading<T> reading) {
    IndexSearcher current = acquire();
    try {
      return read(current, reading);
    } finally {
      release(current);
    }
  }

  /** Holds the newest view. */
  public CollectionSnapshot snapshot(AdapterResolver adapters) {
    Held snapshot = new Held(acquire());
    held.add(snapshot);
    try {
      CollectionView view = viewOf.apply(new Snapshot(snapshot.searcher));
      if (closed) {
        // The collection was closed meanwhile and may not have seen this snapshot.
        snapshot.close();
      }
      return new ViewSnapshot(name, view.spec(), snapshot, adapters.pinned());
    } catch (RuntimeException | Error e) {
      try (snapshot) {
        throw e;
      }
    }
  }

  private IndexSearcher acquire() {
    try {
      return searchers.acquire();
    } catch (AlreadyClosedException e) {
      throw new IllegalStateException("collection '" + name + "' is closed", e);
    } catch (IOException e) {
      throw StoreFiles.failed(index, "read", e);
    }
  }

  private void release(IndexSearcher current) {
    try {
      searchers.release(current);
    } catch (IOException e) {
      throw StoreFiles.failed(index, "read", e);
    }
  }

  private <T> T read(IndexSearcher current, Reading<T> reading) {
    try {
      return reading.from(viewOf.apply(new Snapshot(current)));
    } catch (IOException e) {
      throw StoreFiles.failedToRead(index, e);
    } catch (UncheckedIOException e) {
      throw StoreFiles.failedToRead(index, Objects.requireNonNull(e.getCause()));
    }
  }

  /** Closes the snapshots; what is being read is released when it was read. */
  @Override
  public void close() {
    closed = true;
    held.forEach(Held::close);
  }

  /** One view that is kept. */
  final class Held implements Views, AutoCloseable {
    private final IndexSearcher searcher;
    private final AtomicBoolean released = new AtomicBoolean();

    private Held(IndexSearcher searcher) {
      this.searcher = searcher;
    }

    @Override
    public <T> T read(Reading<T> reading) {
      // The count of readers keeps the files open for a read that overlaps with close.
      if (released.get() || !searcher.getIndexReader().tryIncRef()) {
        throw new IllegalStateException("the snapshot of collection '" + name + "' is closed");
      }
      try {
        return LuceneViews.this.read(searcher, reading);
      } finally {
        release(searcher);
      }
    }

    @Override
    public void close() {
      if (released.compareAndSet(false, true)) {
        held.remove(this);
        release(searcher);
      }
    }
  }
}
