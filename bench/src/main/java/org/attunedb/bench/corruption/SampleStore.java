package org.attunedb.bench.corruption;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;

/**
 * A small store with what stores have: two collections, several segments, deleted and replaced
 * documents, two adapters, and the log of operations that no commit has yet.
 */
final class SampleStore {
  static final int DIMENSION = 6;
  static final String VECTORS = "vectors";
  static final String TEXTS = "texts";

  private static final List<String> WORDS =
      List.of("printer", "toner", "berth", "harbour", "ink", "paper", "crew", "cabin", "invoice");

  private final RandomGenerator random;

  private SampleStore(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Makes the store, closed properly; an earlier state of it; and one of a process that was killed.
   */
  static void write(Path closed, Path earlier, Path killed, long seed)
      throws IOException, InterruptedException {
    RandomGenerator random = new SplittableRandom(seed);
    AttuneOptions options =
        AttuneOptions.defaults()
            .withTrainer(() -> Optional.of(new RandomTrainer(DIMENSION, random)));
    try (Attune attune = Attune.open(closed, options)) {
      new SampleStore(random).fill(attune, closed, earlier, killed);
    }
  }

  /**
   * Less than a fifth is replaced or deleted: that would begin merges, and whether keyword scores
   * count what is deleted would depend on when they end.
   */
  private void fill(Attune attune, Path folder, Path earlier, Path killed)
      throws IOException, InterruptedException {
    VectorCollection vectors =
        attune.createCollection(VECTORS, CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    VectorCollection texts = attune.createCollection(TEXTS, CollectionSpec.lexical());
    for (int batch = 0; batch < 3; batch++) {
      vectors.upsert(documents(batch * 24, 25, true));
      texts.upsert(documents(batch * 7, 8, false));
      vectors.delete(List.of("d" + (batch * 24 + 3), "d" + (batch * 24 + 4)));
      vectors.checkpoint();
      texts.checkpoint();
    }
    train(vectors);
    FolderCopy.of(folder, earlier);
    vectors.upsert(documents(72, 10, true));
    vectors.delete(List.of("d1", "d73"));
    texts.upsert(documents(21, 4, false));
    vectors.checkpoint();
    texts.checkpoint();
    train(vectors);
    vectors.upsert(documents(82, 6, true));
    vectors.delete(List.of("d2"));
    texts.upsert(documents(25, 3, false));
    texts.delete(List.of("d0"));
    FolderCopy.of(folder, killed);
  }

  private List<Document> documents(int first, int count, boolean withVector) {
    List<Document> documents = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      String text = word() + " " + word() + " " + word() + " own" + i;
      Metadata metadata = Metadata.builder().put("count", MetadataValue.of((long) i % 7)).build();
      documents.add(new Document("d" + i, text, metadata, withVector ? vector(random) : null));
    }
    return documents;
  }

  private String word() {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  static Embedding vector(RandomGenerator random) {
    double[] components = random.doubles(DIMENSION, -1, 1).toArray();
    return Embedding.of(components);
  }

  private void train(VectorCollection collection) throws InterruptedException {
    List<Embedding> queries = new ArrayList<>();
    List<List<RelevantDocument>> relevance = new ArrayList<>();
    for (int i = 10; i < 20; i++) {
      queries.add(vector(random));
      relevance.add(List.of(RelevantDocument.of("d" + i)));
    }
    collection
        .deepMemory()
        .train(TrainingRequest.of(LabelledQueries.ofVectors(queries, relevance)))
        .await();
  }
}
