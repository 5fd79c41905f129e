package org.attunedb.index.internal.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/**
 * Lets one owner at a time open a store. The operating system frees the lock when its process ends,
 * however it ends. The file names the owner's process id, for the message.
 */
public final class StoreLock implements AutoCloseable {
  static final String FILE = "attune.lock";

  /**
   * Locks that this process holds. Closing any channel of a file frees, on POSIX systems, every
   * lock that the process has on it: a second try must not even open the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private StoreLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a store's folder.
   *
   * @throws ConflictException {@code store_locked} naming the folder and the owner
   */
  public static StoreLock acquire(Path root) {
    Path file = realPath(root).resolve(FILE);
    long pid = ProcessHandle.current().pid();
    if (!HELD.add(file)) {
      throw locked(root, Long.toString(pid));
    }
    try {
      return new StoreLock(file, lock(root, file, pid));
    } catch (RuntimeException | Error e) {
      HELD.remove(file);
      throw e;
    }
  }

  private static Path realPath(Path root) {
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw StoreFiles.failed(root, "lock", e);
    }
  }

  private static FileChannel lock(Path root, Path file, long pid) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        String owner = Files.readString(file, StandardCharsets.UTF_8).strip();
        channel.close();
        throw locked(root, owner);
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(Long.toString(pid).getBytes(StandardCharsets.UTF_8)));
      return channel;
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw StoreFiles.failed(file, "lock", e);
    } catch (RuntimeException | Error e) {
      closeQuietly(channel, e);
      throw e;
    }
  }

  private static ConflictException locked(Path root, String owner) {
    return new ConflictException(
        ErrorCode.STORE_LOCKED, "store %s is open in process %s".formatted(root, owner));
  }

  private static void closeQuietly(@Nullable FileChannel channel, Throwable failure) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("releasing the store's lock: " + e.getMessage(), e);
    } finally {
      HELD.remove(file);
    }
  }
}
