package org.attunedb.index.internal.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * {@code collection.json}: identity and spec of a collection. Only the format of the vectors ever
 * changes, and the file of a collection of {@link VectorFormat#FLOAT32} is that of version 1.
 *
 * <pre>
 * formatVersion   integer  1; 2 with a vectorFormat, 3 with LVQ8
 * id              string   UUID that the index and the log name, too
 * embedder        string   name of the embedding model
 * dimension       integer  1 to 4,096
 * similarity      string   COSINE, DOT_PRODUCT or EUCLIDEAN
 * m               integer  HNSW's M
 * efConstruction  integer  HNSW's efConstruction
 * vectorFormat    string   name of a {@link VectorFormat} other than FLOAT32; missing for that one
 * crc32c          string   see {@link SealedJson}
 * </pre>
 *
 * @param id unique to the collection, whatever it is renamed to
 * @param spec what it was made for
 */
public record CollectionDescription(UUID id, CollectionSpec spec) {
  /** The name of the file. */
  public static final String FILE = "collection.json";

  private static final int PLAIN_VERSION = 1;
  private static final int VECTOR_FORMAT_VERSION = 2;

  /** Of formats that came after the second version: a release that reads that would find damage. */
  private static final int FORMAT_VERSION = 3;

  private static final String VECTOR_FORMAT = "vectorFormat";

  void write(StoreFiles files, Path directory) {
    ObjectNode json = SealedJson.object(version(spec.vectorFormat()));
    json.put("id", id.toString());
    json.put("embedder", spec.embedder());
    json.put("dimension", spec.dimension());
    json.put("similarity", spec.similarity().name());
    json.put("m", spec.m());
    json.put("efConstruction", spec.efConstruction());
    if (spec.vectorFormat() != VectorFormat.FLOAT32) {
      json.put(VECTOR_FORMAT, spec.vectorFormat().name());
    }
    SealedJson.write(files, directory.resolve(FILE), json);
  }

  private static int version(VectorFormat format) {
    return switch (format) {
      case FLOAT32 -> PLAIN_VERSION;
      case INT8, INT4, BINARY, JVECTOR -> VECTOR_FORMAT_VERSION;
      case LVQ8 -> FORMAT_VERSION;
    };
  }

  /**
   * Reads the file in a collection's folder.
   *
   * @throws StoreException as {@link SealedJson#read}; {@code unsupported_format} also for a vector
   *     format that this version does not know
   */
  public static CollectionDescription read(StoreFiles files, Path directory) {
    Path file = directory.resolve(FILE);
    SealedJson json = SealedJson.read(files, file, FORMAT_VERSION);
    try {
      return new CollectionDescription(
          UUID.fromString(json.requireText("id")),
          new CollectionSpec(
              json.requireText("embedder"),
              json.requireInt("dimension"),
              Similarity.valueOf(json.requireText("similarity")),
              json.requireInt("m"),
              json.requireInt("efConstruction"),
              vectorFormat(file, json)));
    } catch (IllegalArgumentException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + e.getMessage(), e);
    }
  }

  /** A name that fits the checksum and is unknown was written by a newer version, not by damage. */
  private static VectorFormat vectorFormat(Path file, SealedJson json) {
    if (json.member(VECTOR_FORMAT).isMissingNode()) {
      return VectorFormat.FLOAT32;
    }
    String name = json.requireText(VECTOR_FORMAT);
    for (VectorFormat format : VectorFormat.values()) {
      if (format.name().equals(name)) {
        return format;
      }
    }
    throw new StoreException(
        ErrorCode.UNSUPPORTED_FORMAT,
        "%s: vectors are kept as '%s', this version of Attune reads %s"
            .formatted(file, name, List.of(VectorFormat.values())));
  }
}
