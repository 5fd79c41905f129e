package org.attunedb.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** A folder and everything in it, as files. */
final class StoreTree {
  private StoreTree() {}

  /** Every name with its size, time of change and checksum: equal if nothing was touched. */
  static Map<String, String> fingerprint(Path root) {
    Map<String, String> files = new TreeMap<>();
    for (Path path : walk(root)) {
      files.put(root.relativize(path).toString(), describe(path));
    }
    return files;
  }

  private static String describe(Path path) {
    try {
      String time = Files.getLastModifiedTime(path).toString();
      if (Files.isDirectory(path)) {
        return "folder " + time;
      }
      byte[] content = Files.readAllBytes(path);
      CRC32C crc = new CRC32C();
      crc.update(content);
      return content.length + " " + time + " " + HexFormat.of().toHexDigits(crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a folder: of a store that is open, what the end of its process would leave. */
  static Path copy(Path from, Path to) {
    try {
      for (Path file : walk(from)) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parents first. */
  static List<Path> walk(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
