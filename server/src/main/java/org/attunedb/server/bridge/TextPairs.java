package org.attunedb.server.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.index.VectorCollection;

/**
 * Vectors of the same texts by two models: those that a sample of a collection's documents has, and
 * new ones.
 *
 * @param newVectors by the new model
 * @param oldVectors in the same order
 */
record TextPairs(List<Embedding> newVectors, List<Embedding> oldVectors) {
  /** A document's text and the vector that it has. */
  private record Sampled(String text, Embedding vector) {}

  private static final int PAGE = 1_000;
  private static final int BATCH = 256;

  /**
   * Embeds a sample. Texts without a direction in either model are left out.
   *
   * @param size of the sample at most
   * @param progress is told how many texts are embedded
   */
  static TextPairs sample(
      VectorCollection collection, Embedder model, int size, long seed, LongConsumer progress) {
    List<Sampled> sample = reservoir(collection, size, new SplittableRandom(seed));
    List<Embedding> newVectors = new ArrayList<>();
    List<Embedding> oldVectors = new ArrayList<>();
    for (int from = 0; from < sample.size(); from += BATCH) {
      List<Sampled> batch = sample.subList(from, Math.min(sample.size(), from + BATCH));
      List<Embedding> embedded = model.embedDocuments(batch.stream().map(Sampled::text).toList());
      for (int i = 0; i < batch.size(); i++) {
        Embedding old = batch.get(i).vector();
        if (!old.isZero() && !embedded.get(i).isZero()) {
          newVectors.add(embedded.get(i));
          oldVectors.add(old);
        }
      }
      progress.accept(from + batch.size());
    }
    return new TextPairs(newVectors, oldVectors);
  }

  /** A uniform sample of the documents with a text and a vector (Vitter's algorithm R). */
  private static List<Sampled> reservoir(
      VectorCollection collection, int size, SplittableRandom random) {
    List<Sampled> sample = new ArrayList<>();
    long met = 0;
    List<Document> page = collection.scan(null, PAGE, null);
    while (!page.isEmpty()) {
      for (Document document : page) {
        String text = document.text();
        Embedding vector = document.embedding();
        if (text == null || text.isBlank() || vector == null) {
          continue;
        }
        met++;
        if (sample.size() < size) {
          sample.add(new Sampled(text, vector));
        } else {
          long place = random.nextLong(met);
          if (place < size) {
            sample.set((int) place, new Sampled(text, vector));
          }
        }
      }
      page = collection.scan(page.getLast().id(), PAGE, null);
    }
    return sample;
  }
}
