package org.attunedb.index.internal.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.CorruptIndexException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;

/**
 * What a store does with small files and folders: each step leaves, whenever a crash comes, the old
 * state or the new one. Failures are {@link StoreException}s that name the file. Stateless apart
 * from the operations below it; thread-safe.
 */
public final class StoreFiles {
  private final FileOps ops;

  /** Over the operations of a disk. */
  public StoreFiles(FileOps ops) {
    this.ops = ops;
  }

  /** The operations below. */
  public FileOps ops() {
    return ops;
  }

  /** Writes a file next to its place, forces it to disk and moves it there. */
  public void writeAtomically(Path file, byte[] content) {
    Path temporary = writeBeside(file, content);
    try {
      ops.rename(temporary, file);
      ops.forceDirectory(parent(file));
    } catch (IOException e) {
      throw failed(file, "write", e);
    }
  }

  /** Writes a file next to its place and forces it to disk; returns where it is. */
  public Path writeBeside(Path file, byte[] content) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      if (ops.exists(temporary)) {
        ops.delete(temporary);
      }
      try (OutputFile out = ops.create(temporary)) {
        out.write(ByteBuffer.wrap(content));
        out.force();
      }
      return temporary;
    } catch (IOException e) {
      throw failed(file, "write", e);
    }
  }

  /** A whole file. */
  public byte[] read(Path file) {
    try {
      return ops.read(file);
    } catch (NoSuchFileException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + " is missing", e);
    } catch (IOException e) {
      throw failed(file, "read", e);
    }
  }

  /** Creates a folder and its parents where they are missing. */
  public void createDirectories(Path directory) {
    if (ops.isDirectory(directory)) {
      return;
    }
    Path parent = parent(directory);
    createDirectories(parent);
    try {
      ops.createDirectory(directory);
      ops.forceDirectory(parent);
    } catch (IOException e) {
      throw failed(directory, "create", e);
    }
  }

  /** Renames a file or folder within its folder. */
  public void rename(Path from, Path to) {
    try {
      ops.rename(from, to);
      ops.forceDirectory(parent(to));
    } catch (IOException e) {
      throw failed(from, "rename", e);
    }
  }

  /** Forces a folder's names to the disk. */
  public void force(Path directory) {
    try {
      ops.forceDirectory(directory);
    } catch (IOException e) {
      throw failed(directory, "force", e);
    }
  }

  /** Deletes a file or a folder with everything in it, if it exists. */
  public void deleteRecursively(Path path) {
    try {
      delete(path);
    } catch (IOException e) {
      throw failed(path, "delete", e);
    }
  }

  private void delete(Path path) throws IOException {
    if (ops.isDirectory(path)) {
      for (Path child : ops.list(path)) {
        delete(child);
      }
    }
    if (ops.exists(path)) {
      ops.delete(path);
    }
  }

  /** What a folder holds, by name. */
  public List<Path> list(Path directory) {
    try {
      return ops.list(directory);
    } catch (IOException e) {
      throw failed(directory, "list", e);
    }
  }

  /** The folders in a folder, by name. */
  public List<Path> directories(Path directory) {
    return list(directory).stream().filter(ops::isDirectory).toList();
  }

  /** A failure that names the file. */
  public static StoreException failed(Path file, String action, IOException cause) {
    return new StoreException(
        ErrorCode.STORE_IO, "can't %s %s: %s".formatted(action, file, reason(cause)), cause);
  }

  /** The same for a file or folder that was read; what is damaged is told as that. */
  public static StoreException failedToRead(Path file, IOException cause) {
    return cause instanceof CorruptIndexException || cause instanceof EOFException
        ? new StoreException(
            ErrorCode.STORE_CORRUPT, "%s is damaged: %s".formatted(file, reason(cause)), cause)
        : failed(file, "read", cause);
  }

  private static String reason(IOException cause) {
    String message = cause.getMessage();
    return cause.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " has no folder");
    }
    return parent;
  }
}
