package org.attunedb.core.adapter;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Reads and writes bridges as <a
 * href="https://github.com/huggingface/safetensors#format">safetensors</a>, laid out as {@link
 * AdapterFile} says:
 *
 * <pre>
 * "__metadata__": every value a string
 *   "format": "attune-bridge", "version": "1", "kind": "orthogonal" or "affine",
 *   "from.embedder", "from.dimension", "to.embedder", "to.dimension", "pairs",
 *   "held_out.queries", "held_out.cosine", "held_out.recall@10", "held_out.old_recall@10"
 * "matrix": F32 [to.dimension,from.dimension]
 * "offset": F32 [to.dimension]
 * </pre>
 *
 * <p>Stateless and thread-safe. The same bridge always gives the same bytes.
 */
public final class BridgeFile {
  /** Written into every file; a higher one is refused. */
  public static final int VERSION = 1;

  private static final String FORMAT = "attune-bridge";
  private static final String WHAT = "bridge";

  private BridgeFile() {}

  /** The file's bytes. */
  public static byte[] encode(EmbeddingBridge bridge) {
    EmbeddingBridge.Agreement agreement = bridge.agreement();
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", FORMAT);
    metadata.put("version", Integer.toString(VERSION));
    metadata.put("kind", bridge.kind().name().toLowerCase(Locale.ROOT));
    put(metadata, "from", bridge.from());
    put(metadata, "to", bridge.to());
    metadata.put("pairs", Integer.toString(bridge.pairs()));
    metadata.put("held_out.queries", Integer.toString(agreement.queries()));
    metadata.put("held_out.cosine", Double.toString(agreement.cosine()));
    metadata.put("held_out.recall@10", Double.toString(agreement.recallAt10()));
    metadata.put("held_out.old_recall@10", Double.toString(agreement.oldRecallAt10()));
    TensorFile file = new TensorFile();
    metadata.forEach(file::metadata);
    file.floats("matrix", bridge.matrix(), bridge.to().dimension(), bridge.from().dimension());
    file.floats("offset", bridge.offset(), bridge.to().dimension());
    return file.bytes();
  }

  private static void put(Map<String, String> metadata, String side, EmbedderInfo embedder) {
    metadata.put(side + ".embedder", embedder.name());
    metadata.put(side + ".dimension", Integer.toString(embedder.dimension()));
  }

  /**
   * Reads a bridge.
   *
   * @throws InvalidInputException {@code bridge_invalid} naming the file if it is damaged or not a
   *     bridge, {@code file_unreadable} if it is missing or larger than 1 GiB
   */
  public static EmbeddingBridge read(Path file) {
    return decode(TensorReader.bytes(file, WHAT), file.toString());
  }

  /**
   * Decodes a file's bytes.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code bridge_invalid} if the bytes are not a whole, finite
   *     bridge of a known version
   */
  public static EmbeddingBridge decode(byte[] bytes, String where) {
    TensorReader reader = TensorReader.open(bytes, where, WHAT, ErrorCode.BRIDGE_INVALID);
    try {
      return decode(reader);
    } catch (InvalidInputException e) {
      // Faults found by the parts don't know the file yet.
      throw e.getMessage().startsWith(where)
          ? e
          : new InvalidInputException(ErrorCode.BRIDGE_INVALID, where + ": " + e.getMessage(), e);
    }
  }

  private static EmbeddingBridge decode(TensorReader reader) {
    if (!FORMAT.equals(reader.text("format"))) {
      throw reader.invalid("metadata has no format '" + FORMAT + "'");
    }
    reader.integer("version", VERSION, VERSION);
    EmbedderInfo from = embedder(reader, "from");
    EmbedderInfo to = embedder(reader, "to");
    EmbeddingBridge.Agreement agreement =
        new EmbeddingBridge.Agreement(
            reader.integer("held_out.queries", 1, Integer.MAX_VALUE),
            reader.number("held_out.cosine"),
            reader.number("held_out.recall@10"),
            reader.number("held_out.old_recall@10"));
    float[] matrix = reader.floats("matrix", to.dimension(), from.dimension());
    float[] offset = reader.floats("offset", to.dimension());
    reader.requireEnd();
    return new EmbeddingBridge(
        from,
        to,
        kind(reader),
        reader.integer("pairs", 1, Integer.MAX_VALUE),
        agreement,
        matrix,
        offset);
  }

  private static EmbedderInfo embedder(TensorReader reader, String side) {
    return new EmbedderInfo(
        reader.text(side + ".embedder"),
        reader.integer(side + ".dimension", 1, Embedding.MAX_DIMENSION));
  }

  private static EmbeddingBridge.Kind kind(TensorReader reader) {
    for (EmbeddingBridge.Kind kind : EmbeddingBridge.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(reader.text("kind"))) {
        return kind;
      }
    }
    throw reader.invalid(
        "metadata 'kind' is '" + reader.text("kind") + "', expected orthogonal or affine");
  }
}
