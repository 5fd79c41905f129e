package org.attunedb.index.internal.io;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.ReadAdvice;

/**
 * Tells the system which mapped files are read here and there, where they are too large to stay in
 * memory. Without that it reads 128 KiB or so around every place that is looked at: that warms up a
 * file which fits, but of a larger one it would be thrown out again before it is of use, and a walk
 * through a graph would read dozens of times what it compares. Needs native access, as all advice
 * does. Stateless.
 */
final class LargeFileAdvice implements BiFunction<String, IOContext, Optional<ReadAdvice>> {
  /** Of the memory that the heap leaves: a collection has several kinds of files. */
  private static final int MEMORY_PART = 4;

  /** Segments that matter: what is smaller than one of so many parts is read as it comes. */
  private static final int MOST_FILES = 256;

  private final Path directory;
  private final long large;

  /**
   * Advice for the files of a directory.
   *
   * @param large bytes from which on a file is large, or all files of its kind together
   */
  LargeFileAdvice(Path directory, long large) {
    this.directory = directory;
    this.large = large;
  }

  /** Large is what takes a quarter of the memory of the machine or container beside the heap. */
  static long bytesOnThisMachine() {
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    long beside = memory - Runtime.getRuntime().maxMemory();
    return Math.max(0, beside / MEMORY_PART);
  }

  @Override
  public Optional<ReadAdvice> apply(String name, IOContext context) {
    try {
      long size = Files.size(directory.resolve(name));
      return size * MOST_FILES >= large && size + others(name) >= large
          ? MMapDirectory.ADVISE_BY_CONTEXT.apply(name, context)
          : Optional.empty();
    } catch (NoSuchFileException e) {
      // Opening it says so.
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of the files of other segments that hold the same. */
  private long others(String name) throws IOException {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*." + extension)) {
      for (Path file : files) {
        if (!file.endsWith(name)) {
          bytes += size(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return bytes;
  }

  /** 0 of what a merge has replaced meanwhile. */
  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
