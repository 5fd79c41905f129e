package org.attunedb.server.openai;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a file of the cache is being written, or taken apart, by a lock on a file beside it.
 * The operating system frees it when the process ends, however that happens, and keeps it across
 * containers, whose numbers of processes say nothing to each other.
 *
 * <p>A process must never ask about a file of its own: where locks are POSIX's, that would cost it
 * the lock.
 */
final class CacheLock implements AutoCloseable {
  private final Path path;
  private final @Nullable RandomAccessFile file;

  private CacheLock(Path path, @Nullable RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  private static Path beside(Path cacheFile) {
    return cacheFile.resolveSibling(cacheFile.getFileName() + ".lock");
  }

  /** Holds the lock of a file that is about to be made. */
  static CacheLock hold(Path cacheFile) throws IOException {
    Path path = beside(cacheFile);
    return locked(path, new RandomAccessFile(path.toFile(), "rw"))
        .orElseThrow(() -> new IOException(path + " is locked"));
  }

  /** Holds the lock of a file that nobody writes; empty if somebody does. */
  static Optional<CacheLock> ofEnded(Path cacheFile) throws IOException {
    Path path = beside(cacheFile);
    if (Files.notExists(path)) {
      // Closed as it should be, or written before there were locks.
      return Optional.of(new CacheLock(path, null));
    }
    return locked(path, new RandomAccessFile(path.toFile(), "rw"));
  }

  private static Optional<CacheLock> locked(Path path, RandomAccessFile file) throws IOException {
    FileLock lock = null;
    try {
      lock = file.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process.
    }
    if (lock == null) {
      file.close();
      return Optional.empty();
    }
    return Optional.of(new CacheLock(path, file));
  }

  /** Frees the lock and removes its file. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      Files.deleteIfExists(path);
      file.close();
    }
  }
}
