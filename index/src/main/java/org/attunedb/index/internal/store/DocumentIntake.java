package org.attunedb.index.internal.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;

/**
 * Checks a batch, embeds what has no vector and brings vectors to the form that is stored; so that
 * nothing is written of a batch with a fault. Thread-safe.
 */
final class DocumentIntake {
  private final String collection;
  private final CollectionSpec spec;
  private final @Nullable Embedder embedder;

  DocumentIntake(String collection, CollectionSpec spec, @Nullable Embedder embedder) {
    this.collection = collection;
    this.spec = spec;
    this.embedder = embedder;
  }

  List<Document> prepare(List<Document> batch) {
    if (batch.size() > VectorCollection.MAX_BATCH) {
      throw invalid(
          ErrorCode.BATCH_TOO_LARGE,
          "batch has %s documents, expected at most %s"
              .formatted(batch.size(), VectorCollection.MAX_BATCH));
    }
    requireDistinctIds(batch);
    batch.forEach(this::requireContent);
    requireSize(batch);
    return embedded(batch).stream().map(this::storable).toList();
  }

  private void requireDistinctIds(List<Document> batch) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      Objects.requireNonNull(batch.get(i), "documents[" + i + "]");
      Integer earlier = positions.put(batch.get(i).id(), i);
      if (earlier != null) {
        throw invalid(
            ErrorCode.DUPLICATE_ID,
            "batch has document '%s' twice, at positions %s and %s"
                .formatted(batch.get(i).id(), earlier, i));
      }
    }
  }

  /** A lower bound of the batch's bytes, before anything is made of it. */
  private void requireSize(List<Document> batch) {
    long bytes = 0;
    for (Document document : batch) {
      bytes += size(document);
      if (bytes > VectorCollection.MAX_BATCH_BYTES) {
        throw invalid(
            ErrorCode.BATCH_TOO_LARGE,
            "batch has more than %s bytes".formatted(VectorCollection.MAX_BATCH_BYTES));
      }
    }
  }

  /** At least so many bytes of the log. */
  static long size(Document document) {
    String text = document.text();
    Embedding vector = document.embedding();
    return document.id().length()
        + (text == null ? 0 : text.length())
        + (vector == null ? 0 : (long) Float.BYTES * vector.dimension());
  }

  private void requireContent(Document document) {
    if (document.embedding() != null) {
      return;
    }
    if (document.text() == null) {
      throw invalid(
          ErrorCode.DOCUMENT_EMPTY,
          "document '" + document.id() + "' has neither text nor an embedding");
    }
    if (embedder == null && spec.embedder().equals(CollectionSpec.CALLER)) {
      // Allowed: found by keywords only, as the collection's vectors come from the caller.
      return;
    }
    if (embedder == null) {
      throw invalid(
          ErrorCode.EMBEDDER_MISSING,
          "document '%s' has no embedding and the embedder '%s' is not attached"
              .formatted(document.id(), spec.embedder()));
    }
  }

  private List<Document> embedded(List<Document> batch) {
    if (embedder == null) {
      return batch;
    }
    List<String> texts = new ArrayList<>();
    for (Document document : batch) {
      String text = document.text();
      if (document.embedding() == null && text != null) {
        texts.add(text);
      }
    }
    if (texts.isEmpty()) {
      return batch;
    }
    List<Embedding> vectors = embedder.embedDocuments(texts);
    if (vectors.size() != texts.size()) {
      throw new ModelException(
          ErrorCode.EMBEDDING_FAILED,
          "embedder '%s' returned %s vectors for %s texts"
              .formatted(spec.embedder(), vectors.size(), texts.size()));
    }
    var next = vectors.iterator();
    return batch.stream()
        .map(d -> d.embedding() == null ? d.withEmbedding(orNone(next.next())) : d)
        .toList();
  }

  /**
   * A text without a single feature has no direction: such a document is found by keywords only.
   */
  private @Nullable Embedding orNone(Embedding made) {
    return made.isZero() && spec.similarity() == Similarity.COSINE ? null : made;
  }

  private Document storable(Document document) {
    Embedding vector = document.embedding();
    if (vector == null) {
      return document;
    }
    if (vector.dimension() != spec.dimension()) {
      throw invalid(
          ErrorCode.DIMENSION_MISMATCH,
          "embedding has %s dimensions, expected %s (document '%s')"
              .formatted(vector.dimension(), spec.dimension(), document.id()));
    }
    if (spec.similarity() != Similarity.COSINE) {
      return document;
    }
    if (vector.isZero()) {
      throw invalid(
          ErrorCode.ZERO_VECTOR,
          "embedding is zero, which has no direction for COSINE (document '"
              + document.id()
              + "')");
    }
    return document.withEmbedding(vector.normalized());
  }

  private InvalidInputException invalid(ErrorCode code, String problem) {
    return new InvalidInputException(code, "collection '" + collection + "': " + problem);
  }
}
