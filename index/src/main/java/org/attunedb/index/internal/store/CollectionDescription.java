package org.attunedb.index.internal.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * {@code collection.json}: the spec of a collection.
 *
 * <pre>
 * formatVersion   integer  1
 * embedder        string   name of the embedding model
 * dimension       integer  1 to 4,096
 * similarity      string   COSINE, DOT_PRODUCT or EUCLIDEAN
 * m               integer  HNSW's M
 * efConstruction  integer  HNSW's efConstruction
 * </pre>
 */
final class CollectionDescription {
  static final String FILE = "collection.json";
  private static final int FORMAT_VERSION = 1;

  private CollectionDescription() {}

  static void write(Path directory, CollectionSpec spec) {
    ObjectNode json = StrictJson.object();
    json.put("formatVersion", FORMAT_VERSION);
    json.put("embedder", spec.embedder());
    json.put("dimension", spec.dimension());
    json.put("similarity", spec.similarity().name());
    json.put("m", spec.m());
    json.put("efConstruction", spec.efConstruction());
    StoreFiles.writeJson(directory.resolve(FILE), json);
  }

  static CollectionSpec read(Path directory) {
    Path file = directory.resolve(FILE);
    ObjectNode json = StoreFiles.readJson(file);
    StoreFormat.requireSupported(file, json, FORMAT_VERSION);
    try {
      return new CollectionSpec(
          StoreFiles.requireText(json, "embedder", file),
          StoreFiles.requireInt(json, "dimension", file),
          Similarity.valueOf(StoreFiles.requireText(json, "similarity", file)),
          StoreFiles.requireInt(json, "m", file),
          StoreFiles.requireInt(json, "efConstruction", file));
    } catch (IllegalArgumentException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + e.getMessage(), e);
    }
  }
}
