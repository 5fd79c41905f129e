package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.index.internal.io.FileOps;

/** Walks folders that somebody may be changing. */
final class FileTree {
  private FileTree() {}

  /** All files below a folder; what vanishes meanwhile is left out. */
  static List<Path> files(FileOps ops, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    collect(ops, folder, files);
    return files;
  }

  private static void collect(FileOps ops, Path folder, List<Path> files) throws IOException {
    for (Path path : list(ops, folder)) {
      if (ops.isDirectory(path)) {
        collect(ops, path, files);
      } else if (ops.exists(path)) {
        files.add(path);
      }
    }
  }

  private static List<Path> list(FileOps ops, Path folder) throws IOException {
    try {
      return ops.list(folder);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  static long bytes(FileOps ops, List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += bytes(ops, file);
    }
    return bytes;
  }

  private static long bytes(FileOps ops, Path file) throws IOException {
    try {
      return ops.size(file);
    } catch (NoSuchFileException e) {
      // Vanished; its bytes are not read either.
      return 0;
    }
  }
}
