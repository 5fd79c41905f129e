package org.attunedb.index.internal.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterBinding;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.AdapterImport;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.AdapterOrigin.Format;
import org.attunedb.index.CollectionSpec;
import org.jspecify.annotations.Nullable;

/**
 * Files into adapters of a collection. What a file is, its first bytes tell, not its name.
 * Stateless.
 */
public final class AdapterImporter {
  private static final long MAX_FILE_BYTES = 1L << 30;

  private AdapterImporter() {}

  /** What was read. */
  public record Imported(Adapter adapter, AdapterOrigin origin) {}

  /**
   * Reads a whole file.
   *
   * @throws InvalidInputException {@code file_unreadable} if it is missing, no file, or larger than
   *     1 GiB
   */
  public static byte[] read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw unreadable(
            file + (Files.exists(file) ? ": is not a file" : ": no such adapter file"), null);
      }
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw unreadable(
            "%s: has %s bytes, expected at most %s"
                .formatted(file, Files.size(file), MAX_FILE_BYTES),
            null);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private static InvalidInputException unreadable(String message, @Nullable IOException cause) {
    return cause == null
        ? new InvalidInputException(ErrorCode.FILE_UNREADABLE, message)
        : new InvalidInputException(ErrorCode.FILE_UNREADABLE, message, cause);
  }

  /**
   * Makes an adapter of a file's bytes.
   *
   * @param where what is being read, for the message
   * @param spec of the collection, which the adapter has to fit
   * @throws InvalidInputException {@code adapter_invalid} if it is of no known format, damaged, or
   *     of another dimension
   */
  public static Imported decode(
      byte[] bytes, String where, AdapterImport options, CollectionSpec spec) {
    if (NpyFile.matches(bytes)) {
      LinearLayer layer = NpyFile.read(bytes, where, spec.dimension());
      return imported(layer.weights(options.transpose()), Format.NPY, spec);
    }
    requireNoCode(bytes, where);
    SafetensorsLayer file = new SafetensorsLayer(bytes, where);
    if (!file.isOwn()) {
      LinearLayer layer = file.layer(spec.dimension());
      return imported(layer.weights(options.transpose()), Format.SAFETENSORS, spec);
    }
    if (options.transpose()) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID, where + ": is a version of Attune, which can't be transposed");
    }
    return new Imported(
        AdapterFile.decode(bytes, where), new AdapterOrigin.Imported(Format.ATTUNE));
  }

  /** Says what is wrong with the files that PyTorch and Python write by default. */
  private static void requireNoCode(byte[] bytes, String where) {
    boolean archive = bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K';
    boolean pickle = bytes.length > 1 && bytes[0] == (byte) 0x80 && bytes[1] <= 5 && bytes[1] > 1;
    // A safetensors file may begin with the same byte: then a JSON object follows the length.
    boolean tensors = bytes.length > Long.BYTES && bytes[Long.BYTES] == '{';
    if ((archive || pickle) && !tensors) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          where
              + ": is a zip archive or a Python pickle, which may hold code; expected npy or"
              + " safetensors");
    }
  }

  private static Imported imported(AdapterWeights weights, Format format, CollectionSpec spec) {
    String trainer = "imported-" + format.name().toLowerCase(Locale.ROOT);
    AdapterBinding binding =
        new AdapterBinding(spec.embedder(), spec.dimension(), "", "", trainer, 0, Map.of());
    return new Imported(new Adapter(binding, weights), new AdapterOrigin.Imported(format));
  }
}
