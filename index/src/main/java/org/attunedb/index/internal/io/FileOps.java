package org.attunedb.index.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.store.Directory;

/**
 * Every operation by which a store touches a disk, one method for each that can fail or be lost on
 * its own. What implements it decides what a crash leaves behind: the operating system ({@link
 * DiskFileOps}), the end of the process ({@link HeapFileOps}), or the simulated disks of the fault
 * campaigns.
 *
 * <p>Promises are those of POSIX: written bytes survive a power failure once {@link
 * OutputFile#force} or {@link #forceFile} returned; a created, renamed or deleted name does once
 * {@link #forceDirectory} returned for its folder. Thread-safe.
 */
public interface FileOps {
  /** Whether something has this name. */
  boolean exists(Path path);

  /** Whether this is a folder. */
  boolean isDirectory(Path path);

  /** What a folder holds, sorted by name. */
  List<Path> list(Path directory) throws IOException;

  /** Bytes of a file. */
  long size(Path file) throws IOException;

  /** Reads a file from its start. */
  InputStream open(Path file) throws IOException;

  /** A whole small file. */
  default byte[] read(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    }
  }

  /**
   * Creates a file and opens it for writing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  OutputFile create(Path file) throws IOException;

  /** Gives a file or folder another name, atomically; an existing file is replaced. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file or an empty folder. */
  void delete(Path path) throws IOException;

  /** Creates a folder, whose parent exists. */
  void createDirectory(Path directory) throws IOException;

  /** Gives a file a second name. */
  void link(Path existing, Path link) throws IOException;

  /** Forces a closed file's bytes to the disk. */
  void forceFile(Path file) throws IOException;

  /** Forces a folder's names to the disk. */
  void forceDirectory(Path directory) throws IOException;

  /**
   * From so many bytes on a file doesn't stay in memory: what is to be read of it should be asked
   * for. Never, where files are kept in memory.
   */
  default long largeFileBytes() {
    return Long.MAX_VALUE;
  }

  /** The folder as Lucene sees it, without Lucene's own lock: the store has one. */
  Directory lucene(Path directory) throws IOException;
}
