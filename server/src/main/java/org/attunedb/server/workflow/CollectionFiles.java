package org.attunedb.server.workflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

/**
 * The files below a collection's folder, as somebody sees them who looks from outside. Stateless.
 */
public final class CollectionFiles {
  private CollectionFiles() {}

  /** Their bytes; also for a collection that can't be opened. */
  public static long bytes(Path store, String collection) {
    return sizes(store, collection).values().stream().mapToLong(Long::longValue).sum();
  }

  /** The bytes of each. What vanishes meanwhile, or can't be read, is left out. */
  static Map<Path, Long> sizes(Path store, String collection) {
    Map<Path, Long> sizes = new HashMap<>();
    try {
      Files.walkFileTree(
          store.resolve("collections").resolve(collection),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sizes.put(file, attributes.size());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sizes;
  }
}
