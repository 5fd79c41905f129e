package org.attunedb.index.internal.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * {@code attune.json}: marks a folder as a store.
 *
 * <pre>
 * formatVersion  integer  1
 * format         string   "attune-store"
 * crc32c         string   see {@link SealedJson}
 * </pre>
 */
public final class StoreFormat {
  /** The name of the file. */
  public static final String FILE = "attune.json";

  private static final String FORMAT = "attune-store";
  private static final int FORMAT_VERSION = 1;

  private StoreFormat() {}

  /** Whether a folder says of itself that it is a store. */
  public static boolean isMarked(StoreFiles files, Path root) {
    return files.ops().exists(root.resolve(FILE));
  }

  /**
   * Checks that a folder is a store.
   *
   * @throws StoreException {@code not_a_store}, {@code unsupported_format} or {@code store_corrupt}
   */
  public static void requireStore(StoreFiles files, Path root) {
    Path file = root.resolve(FILE);
    if (!isMarked(files, root)) {
      throw new StoreException(
          ErrorCode.NOT_A_STORE, root + " is not an Attune store: it has no " + FILE);
    }
    String format = SealedJson.read(files, file, FORMAT_VERSION).member("format").asText();
    if (!FORMAT.equals(format)) {
      throw new StoreException(ErrorCode.NOT_A_STORE, file + ": format is not '" + FORMAT + "'");
    }
  }

  /**
   * Checks that a folder can become a store: it is missing or empty. Writes nothing.
   *
   * @throws StoreException {@code not_a_store} for a folder with other content
   */
  static void requireUnused(StoreFiles files, Path root) {
    if (files.ops().exists(root) && !isUnused(files, root)) {
      throw new StoreException(
          ErrorCode.NOT_A_STORE,
          root + " is not an Attune store: it has other content and no " + FILE);
    }
  }

  /** A crash while a store was made may have left the lock and a temporary file, but no more. */
  private static boolean isUnused(StoreFiles files, Path root) {
    return files.ops().isDirectory(root)
        && files.list(root).stream()
            .allMatch(path -> path.getFileName().toString().startsWith("attune."));
  }

  /** Marks a folder as a store. */
  static void write(StoreFiles files, Path root) {
    ObjectNode json = SealedJson.object(FORMAT_VERSION);
    json.put("format", FORMAT);
    SealedJson.write(files, root.resolve(FILE), json);
  }
}
