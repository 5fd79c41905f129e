package org.attunedb.index.internal.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * {@code attune.json}: marks a folder as a store.
 *
 * <pre>
 * format         string   "attune-store"
 * formatVersion  integer  1
 * </pre>
 */
public final class StoreFormat {
  private static final String FILE = "attune.json";
  private static final String FORMAT = "attune-store";
  private static final int FORMAT_VERSION = 1;

  private StoreFormat() {}

  /**
   * Checks that a folder is a store or can become one: it is missing or empty. Writes nothing.
   *
   * @throws StoreException {@code not_a_store} for a folder with other content, {@code
   *     unsupported_format} for a newer version
   */
  public static void check(Path root) {
    Path file = root.resolve(FILE);
    if (Files.exists(file)) {
      ObjectNode json = StoreFiles.readJson(file);
      if (!FORMAT.equals(json.path("format").asText())) {
        throw new StoreException(ErrorCode.NOT_A_STORE, file + ": format is not '" + FORMAT + "'");
      }
      requireSupported(file, json, FORMAT_VERSION);
    } else if (Files.exists(root) && !isUnused(root)) {
      throw new StoreException(
          ErrorCode.NOT_A_STORE,
          root + " is not an Attune store: it has other content and no " + FILE);
    }
  }

  /** Marks a checked folder as a store, if it is not yet. */
  public static void writeIfMissing(Path root) {
    Path file = root.resolve(FILE);
    if (!Files.exists(file)) {
      ObjectNode json = StrictJson.object();
      json.put("format", FORMAT);
      json.put("formatVersion", FORMAT_VERSION);
      StoreFiles.writeJson(file, json);
    }
  }

  static void requireSupported(Path file, ObjectNode json, int newest) {
    int version = StoreFiles.requireInt(json, "formatVersion", file);
    if (version > newest || version < 1) {
      throw new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT,
          "%s: format version is %d, this version of Attune reads 1 to %d"
              .formatted(file, version, newest));
    }
  }

  /** A crash while a store was made may have left the lock and a temporary file, but no more. */
  private static boolean isUnused(Path root) {
    if (!Files.isDirectory(root)) {
      return false;
    }
    try (Stream<Path> content = Files.list(root)) {
      return content.allMatch(path -> path.getFileName().toString().startsWith("attune."));
    } catch (IOException e) {
      throw StoreFiles.failed(root, "list", e);
    }
  }
}
