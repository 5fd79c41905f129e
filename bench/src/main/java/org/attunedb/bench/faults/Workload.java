package org.attunedb.bench.faults;

import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.Similarity;
import org.attunedb.index.CollectionSpec;

/** Draws operations that make sense after those before. Not thread-safe. */
final class Workload {
  private static final List<String> NAMES = List.of("harbour", "quay");
  private static final List<Step.Keeping> KEEPING = List.of(Step.Keeping.values());
  private static final int BATCH = 12;

  private final Random random;
  private final Documents documents;

  Workload(Random random) {
    this.random = random;
    this.documents = new Documents(random, "doc-", 0);
  }

  /** The next operation on a store of these collections. */
  Step next(Oracle oracle) {
    Set<String> existing = oracle.names();
    if (existing.isEmpty() || (existing.size() < NAMES.size() && random.nextInt(8) == 0)) {
      return create(existing);
    }
    String collection = List.copyOf(existing).get(random.nextInt(existing.size()));
    int draw = random.nextInt(100);
    if (draw < 2) {
      return new Step.Drop(collection);
    }
    if (draw < 4 && existing.size() < NAMES.size()) {
      return new Step.Rename(collection, free(existing));
    }
    if (draw < 14) {
      return new Step.Keep(collection, keeping());
    }
    if (draw < 16) {
      return new Step.Truncate(collection);
    }
    return write(collection, oracle.latest(collection));
  }

  private Step.Keeping keeping() {
    return KEEPING.get(random.nextInt(KEEPING.size()));
  }

  private Step create(Set<String> existing) {
    Similarity similarity = random.nextBoolean() ? Similarity.COSINE : Similarity.EUCLIDEAN;
    return new Step.Create(free(existing), CollectionSpec.vectors(Documents.DIMENSION, similarity));
  }

  private static String free(Set<String> existing) {
    return NAMES.stream().filter(name -> !existing.contains(name)).findFirst().orElseThrow();
  }

  private Step write(String collection, NavigableMap<String, Document> before) {
    return write(random, documents, collection, before);
  }

  /** A change of some of the documents that {@code documents} makes. */
  static Step.Write write(
      Random random,
      Documents documents,
      String collection,
      NavigableMap<String, Document> before) {
    int draw = random.nextInt(100);
    if (draw < 55) {
      List<String> ids = documents.ids(BATCH);
      boolean fresh = ids.stream().noneMatch(before::containsKey);
      return new Step.Put(collection, documents.batch(ids), fresh && random.nextBoolean());
    }
    MetadataPatch patch =
        new MetadataPatch(
            Metadata.builder().put("count", (long) random.nextInt(10)).build(), Set.of("price"));
    if (draw < 65) {
      return new Step.Patch(collection, documents.ids(BATCH), patch);
    }
    if (draw < 72) {
      return new Step.PatchMatching(collection, documents.filter(), patch);
    }
    if (draw < 80) {
      return new Step.DeleteMatching(collection, documents.filter());
    }
    return new Step.Delete(collection, documents.ids(BATCH / 2));
  }
}
