package org.attunedb.index.internal.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Files in the heap, gone with the object: an in-memory store behaves as one on disk because all
 * the rest is the same code. A file holds at most 2 GiB. Thread-safe.
 */
public final class HeapFileOps implements FileOps {
  /** By path; a folder has no content. Guarded by this. */
  private final NavigableMap<Path, Optional<Content>> files = new TreeMap<>();

  /** An empty disk that has one folder. */
  public HeapFileOps(Path root) {
    files.put(root, Optional.empty());
  }

  @Override
  public synchronized boolean exists(Path path) {
    return files.containsKey(path);
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    return files.containsKey(path) && files.get(path).isEmpty();
  }

  @Override
  public synchronized List<Path> list(Path directory) throws IOException {
    requireDirectory(directory);
    return files.keySet().stream().filter(path -> directory.equals(path.getParent())).toList();
  }

  @Override
  public long size(Path file) throws IOException {
    return content(file).size();
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return new ByteArrayInputStream(read(file));
  }

  /** Shares the array of a file that was written to its end: it must not be changed. */
  @Override
  public byte[] read(Path file) throws IOException {
    return content(file).bytes();
  }

  @Override
  public synchronized OutputFile create(Path file) throws IOException {
    requireFree(file);
    Content content = new Content();
    files.put(file, Optional.of(content));
    return content;
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    if (!files.containsKey(from)) {
      throw new NoSuchFileException(from.toString());
    }
    if (isDirectory(to) && !list(to).isEmpty()) {
      throw new DirectoryNotEmptyException(to.toString());
    }
    requireDirectory(to.getParent());
    for (Path path : files.keySet().stream().filter(path -> path.startsWith(from)).toList()) {
      Path name = path.equals(from) ? to : to.resolve(from.relativize(path));
      files.put(name, files.getOrDefault(path, Optional.empty()));
      files.remove(path);
    }
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    if (isDirectory(path) && !list(path).isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    if (files.remove(path) == null) {
      throw new NoSuchFileException(path.toString());
    }
  }

  @Override
  public synchronized void createDirectory(Path directory) throws IOException {
    requireFree(directory);
    files.put(directory, Optional.empty());
  }

  @Override
  public synchronized void link(Path existing, Path link) throws IOException {
    Content content = content(existing);
    requireFree(link);
    files.put(link, Optional.of(content));
  }

  @Override
  public void forceFile(Path file) throws IOException {
    content(file);
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    requireDirectory(directory);
  }

  @Override
  public Directory lucene(Path directory) {
    return new FileOpsDirectory(this, directory);
  }

  private synchronized Content content(Path file) throws NoSuchFileException {
    Optional<Content> content = files.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content.orElseThrow(() -> new NoSuchFileException(file + " is a folder"));
  }

  private void requireFree(Path path) throws IOException {
    if (files.containsKey(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    requireDirectory(path.getParent());
  }

  private void requireDirectory(@Nullable Path directory) throws NoSuchFileException {
    if (directory == null || !isDirectory(directory)) {
      throw new NoSuchFileException(directory + " is not a folder");
    }
  }

  /** Grows while it is written; then one array. */
  private static final class Content implements OutputFile {
    private ByteArrayOutputStream written = new ByteArrayOutputStream();
    private byte[] finished = {};
    private boolean closed;

    @Override
    public synchronized void write(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      written.writeBytes(copy);
    }

    @Override
    public void force() {
      // The heap is as durable as it gets.
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        finished = written.toByteArray();
        written = new ByteArrayOutputStream(0);
      }
    }

    synchronized byte[] bytes() {
      return closed ? finished : written.toByteArray();
    }

    synchronized long size() {
      return closed ? finished.length : written.size();
    }
  }
}
