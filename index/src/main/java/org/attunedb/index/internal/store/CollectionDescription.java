package org.attunedb.index.internal.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
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
 * formatVersion   integer  1; 2 with a vectorFormat
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
  private static final int FORMAT_VERSION = 2;
  private static final String VECTOR_FORMAT = "vectorFormat";

  void write(StoreFiles files, Path directory) {
    boolean plain = spec.vectorFormat() == VectorFormat.FLOAT32;
    ObjectNode json = SealedJson.object(plain ? PLAIN_VERSION : FORMAT_VERSION);
    json.put("id", id.toString());
    json.put("embedder", spec.embedder());
    json.put("dimension", spec.dimension());
    json.put("similarity", spec.similarity().name());
    json.put("m", spec.m());
    json.put("efConstruction", spec.efConstruction());
    if (!plain) {
      json.put(VECTOR_FORMAT, spec.vectorFormat().name());
    }
    SealedJson.write(files, directory.resolve(FILE), json);
  }

  /**
   * Reads the file in a collection's folder.
   *
   * @throws StoreException as {@link SealedJson#read}
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
              json.member(VECTOR_FORMAT).isMissingNode()
                  ? VectorFormat.FLOAT32
                  : VectorFormat.valueOf(json.requireText(VECTOR_FORMAT))));
    } catch (IllegalArgumentException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + e.getMessage(), e);
    }
  }
}
