package org.attunedb.bench.jmh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.Document;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.VectorCollection;

/**
 * A store of one lexical collection of {@link SyntheticTexts} with an active adapter, made once for
 * all benchmarks of a run: they compare on the same graph, and measure in a JVM whose compiler has
 * not seen the ingestion.
 */
final class SyntheticStore implements AutoCloseable {
  /** System property of the measuring JVM: the folder of the stores. */
  static final String FOLDER = "attune.bench.stores";

  /** Benchmarks with this parameter need a store of that size. */
  static final String SIZE_PARAMETER = "documents";

  private static final String COLLECTION = "bench";
  private static final int RANK = 128;
  private static final int BATCH = 5_000;
  private static final long TEXTS_SEED = 1;
  private static final long QUERIES_SEED = 2;

  private final Attune attune;

  private SyntheticStore(Attune attune) {
    this.attune = attune;
  }

  /** Makes the store of so many documents, unless the folder has it. */
  static void create(Path folder, int documents) throws InterruptedException {
    Path path = path(folder, documents);
    if (Files.exists(path)) {
      return;
    }
    AttuneOptions options =
        AttuneOptions.defaults().withTrainer(() -> Optional.of(new RandomAdapter(RANK)));
    try (Attune attune = Attune.open(path, options)) {
      VectorCollection collection = attune.createCollection(COLLECTION, CollectionSpec.lexical());
      List<Document> all = new SyntheticTexts(TEXTS_SEED).documents(documents);
      for (int from = 0; from < all.size(); from += BATCH) {
        collection.upsert(all.subList(from, Math.min(all.size(), from + BATCH)));
      }
      DeepMemory memory = collection.deepMemory();
      List<List<RelevantDocument>> label =
          List.of(List.of(RelevantDocument.of(all.getFirst().id())));
      memory.train(queries(1, 10), label).await();
      if (memory.activeVersion().isEmpty()) {
        throw new IllegalStateException("the random adapter was not published");
      }
    }
  }

  /** Opens the store that the command made before it started this JVM. */
  static SyntheticStore open(int documents) {
    String folder = System.getProperty(FOLDER);
    if (folder == null) {
      throw new IllegalStateException("no stores: start this benchmark with 'attune bench jmh'");
    }
    return new SyntheticStore(Attune.open(path(Path.of(folder), documents)));
  }

  private static Path path(Path folder, int documents) {
    return folder.resolve("documents-" + documents);
  }

  VectorCollection collection() {
    return attune.collection(COLLECTION);
  }

  VectorCollection collection(Embedder embedder) {
    return attune.collection(COLLECTION, embedder);
  }

  /** Queries in the words of the documents. */
  static List<String> queries(int count, int length) {
    return new SyntheticTexts(QUERIES_SEED).queries(count, length);
  }

  @Override
  public void close() {
    attune.close();
  }
}
