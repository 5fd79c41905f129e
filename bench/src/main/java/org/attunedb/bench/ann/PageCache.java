package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Linux's cache of file pages. Pages that another process has read stay in memory on that process's
 * account: a limit on the reader would not be felt. Stateless.
 */
final class PageCache {
  private PageCache() {}

  /**
   * Drops every page of the files below a folder, by GNU's {@code dd} and its posix_fadvise.
   *
   * @throws IOException if there is no such {@code dd}
   */
  static void drop(Path folder) throws IOException, InterruptedException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Process dd =
          new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
              .redirectErrorStream(true)
              .start();
      String said = new String(dd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (dd.waitFor() != 0) {
        throw new IOException("dropping " + file + " from the page cache failed: " + said.strip());
      }
    }
  }
}
