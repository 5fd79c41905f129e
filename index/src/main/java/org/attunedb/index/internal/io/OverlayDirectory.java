package org.attunedb.index.internal.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.store.BaseDirectory;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.NoLockFactory;

/**
 * A folder that is only read, under what is written to the heap: a reader can replay a log on top
 * of a commit without changing a byte of either. Thread-safe.
 */
public final class OverlayDirectory extends BaseDirectory {
  private final Directory below;
  private final ByteBuffersDirectory above = new ByteBuffersDirectory();
  private final Set<String> deletedBelow = ConcurrentHashMap.newKeySet();

  /** Nothing is ever written to {@code below}; it is closed with this. */
  public OverlayDirectory(Directory below) {
    super(NoLockFactory.INSTANCE);
    this.below = below;
  }

  @Override
  public String[] listAll() throws IOException {
    Set<String> names = new TreeSet<>(Set.of(below.listAll()));
    names.removeAll(deletedBelow);
    names.addAll(Set.of(above.listAll()));
    return names.toArray(String[]::new);
  }

  private boolean isAbove(String name) throws IOException {
    return Set.of(above.listAll()).contains(name);
  }

  private Directory holding(String name) throws IOException {
    if (isAbove(name)) {
      return above;
    }
    if (deletedBelow.contains(name)) {
      throw new NoSuchFileException(name);
    }
    return below;
  }

  @Override
  public void deleteFile(String name) throws IOException {
    if (isAbove(name)) {
      above.deleteFile(name);
    } else {
      deletedBelow.add(name);
    }
  }

  @Override
  public long fileLength(String name) throws IOException {
    return holding(name).fileLength(name);
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    return above.createOutput(name, context);
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
      throws IOException {
    return above.createTempOutput(prefix, suffix, context);
  }

  @Override
  public void sync(Collection<String> names) {
    // What is above is not meant to last.
  }

  @Override
  public void syncMetaData() {
    // As above.
  }

  @Override
  public void rename(String source, String dest) throws IOException {
    if (!isAbove(source)) {
      throw new FileNotFoundException(source + " is read-only");
    }
    above.rename(source, dest);
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return holding(name).openInput(name, context);
  }

  @Override
  public Set<String> getPendingDeletions() {
    return Set.of();
  }

  @Override
  public void close() throws IOException {
    isOpen = false;
    try (above) {
      below.close();
    }
  }
}
