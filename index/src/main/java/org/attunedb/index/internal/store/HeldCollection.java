package org.attunedb.index.internal.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.store.AlreadyClosedException;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.feedback.FeedbackStore;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * One state of a collection, whose files stay until this is closed while writers go on. Its log
 * needs no files: every operation is in the commit. Not thread-safe.
 */
public final class HeldCollection implements AutoCloseable {
  private final String name;
  private final Path directory;
  private final CollectionIndex index;
  private final AdapterRegistry adapters;
  private final FeedbackStore feedback;
  private final IndexCommit commit;
  private final long sequence;

  HeldCollection(
      String name,
      Path directory,
      CollectionIndex index,
      AdapterRegistry adapters,
      FeedbackStore feedback)
      throws IOException {
    this.name = name;
    this.directory = directory;
    this.index = index;
    this.adapters = adapters;
    this.feedback = feedback;
    this.commit = index.hold();
    this.sequence = CommitData.of(commit.getUserData()).sequence();
  }

  /** The collection's name. */
  public String name() {
    return name;
  }

  /** Its folder. */
  public Path directory() {
    return directory;
  }

  /** Sequence of the last operation in it. */
  public long sequence() {
    return sequence;
  }

  /** Goes through all files; the adapters' and the feedback's can't change meanwhile. */
  public void forEachFile(Consumer<Path> action) {
    action.accept(directory.resolve(CollectionDescription.FILE));
    Path files = directory.resolve(CollectionLayout.INDEX);
    try {
      commit.getFileNames().stream().sorted().map(files::resolve).forEach(action);
    } catch (IOException e) {
      throw StoreFiles.failed(files, "list", e);
    }
    adapters.forEachFile(action);
    feedback.forEachFile(action);
  }

  @Override
  public void close() {
    try {
      index.release(commit);
    } catch (AlreadyClosedException e) {
      // The collection was closed, and its next opening removes what nothing refers to.
      return;
    } catch (IOException e) {
      throw StoreFiles.failed(directory.resolve(CollectionLayout.INDEX), "release", e);
    }
  }
}
