package org.attunedb.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for the length of a benchmark, deleted with everything in it when it is closed; also
 * when the process is interrupted, as far as that is possible while others still write to it.
 */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;
  private final Thread hook;

  private TemporaryFolder(Path path) {
    this.path = path;
    this.hook = new Thread(this::deleteQuietly, "delete " + path);
  }

  /** Makes a folder whose name begins with {@code prefix} where {@code java.io.tmpdir} says. */
  public static TemporaryFolder create(String prefix) throws IOException {
    // Named explicitly, because without it Java keeps to the property's value at its first use.
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(parent, prefix));
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is ending and the hook runs.
    }
    delete();
  }

  private void deleteQuietly() {
    try {
      delete();
    } catch (IOException | UncheckedIOException e) {
      // Nobody is left to tell.
    }
  }

  private void delete() throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(path)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : paths) {
      Files.deleteIfExists(each);
    }
  }
}
