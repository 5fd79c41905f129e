package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.io.HeapFileOps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The threads that build graphs: how many there are, and what closing leaves of their work. */
@Timeout(300)
class MergeThreadsTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();
  private static final int VECTORS = 6_000;
  private static final int DIMENSION = 24;

  private final HeapFileOps disk = new HeapFileOps(ROOT);
  private final List<Document> documents = documents(new Random(11));

  private static List<Document> documents(Random random) {
    return IntStream.range(0, VECTORS)
        .mapToObj(
            i -> {
              float[] components = new float[DIMENSION];
              for (int c = 0; c < DIMENSION; c++) {
                components[c] = (float) random.nextGaussian();
              }
              return Document.of("d" + i, Embedding.of(components));
            })
        .toList();
  }

  private Store open(int threads) {
    return Store.open(ROOT, disk, AttuneOptions.defaults().withMergeThreads(threads), () -> {});
  }

  private VectorCollection fill(Store store, VectorFormat format) {
    VectorCollection things =
        store.create(
            "things",
            CollectionSpec.vectors(DIMENSION, Similarity.COSINE).withVectorFormat(format),
            null);
    // Each is too small for a graph of its own before the merge.
    things.upsert(documents.subList(0, 2_000));
    things.upsert(documents.subList(2_000, 4_000));
    things.upsert(documents.subList(4_000, VECTORS));
    return things;
  }

  /** Names of the threads that add nodes to a graph at this moment. */
  private static Set<String> building() {
    Set<String> names = new TreeSet<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              boolean adds =
                  Arrays.stream(stack)
                      .anyMatch(frame -> frame.getMethodName().startsWith("addGraphNode"));
              if (adds) {
                names.add(thread.getName());
              }
            });
    return names;
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 1",
    "FLOAT32, 2",
    "INT8, 1",
    "INT8, 2",
    "JVECTOR, 1",
    "JVECTOR, 2",
    "LVQ8, 1",
    "LVQ8, 2"
  })
  void compact_threads_buildTheGraphTogetherAndFindTheSame(VectorFormat format, int threads) {
    try (Store store = open(threads)) {
      VectorCollection things = fill(store, format);
      CompletableFuture<Void> merged = CompletableFuture.runAsync(things::compact);
      Set<String> most = Set.of();
      while (!merged.isDone()) {
        Set<String> now = building();
        most = now.size() > most.size() ? now : most;
      }
      merged.join();

      assertThat(most).hasSize(threads);
      assertThat(recall(things)).isGreaterThanOrEqualTo(0.95);
    }
    assertThat(building()).isEmpty();
  }

  private double recall(VectorCollection things) {
    int found = 0;
    for (int query = 0; query < 50; query++) {
      Set<String> exact = ids(things, query, SearchTuning.exactScan());
      exact.retainAll(ids(things, query, SearchTuning.ef(200)));
      found += exact.size();
    }
    return found / 500.0;
  }

  private Set<String> ids(VectorCollection things, int query, SearchTuning tuning) {
    Embedding vector = Objects.requireNonNull(documents.get(query * 100).embedding());
    SearchRequest request = SearchRequest.vector(vector).k(10).tuning(tuning).build();
    return new TreeSet<>(things.search(request).hits().stream().map(SearchHit::id).toList());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT8", "JVECTOR", "LVQ8"})
  void close_whileAGraphIsBuilt_endsThatAndLeavesTheCollectionWhole(VectorFormat format) {
    Store store = open(2);
    VectorCollection things = fill(store, format);
    CompletableFuture<Void> merged = CompletableFuture.runAsync(things::compact);
    while (building().isEmpty() && !merged.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(merged).as("the merge is under way").isNotDone();

    store.close();

    assertThat(building()).isEmpty();
    assertThatThrownBy(merged::join).hasMessageContaining("collection 'things' is closed");
    try (Store again = open(2)) {
      VectorCollection whole = again.get("things", null);
      assertThat(whole.count(null)).isEqualTo(VECTORS);
      assertThat(whole.stats().segments()).isGreaterThan(1);
      whole.compact();
      assertThat(whole.stats().segments()).isEqualTo(1);
      assertThat(recall(whole)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void truncate_whileAGraphIsBuilt_endsThatAndTheCollectionGoesOn() {
    try (Store store = open(2)) {
      VectorCollection things = fill(store, VectorFormat.FLOAT32);
      CompletableFuture<Void> merged = CompletableFuture.runAsync(things::compact);
      while (building().isEmpty() && !merged.isDone()) {
        Thread.onSpinWait();
      }
      assertThat(merged).as("the merge is under way").isNotDone();

      assertThat(things.truncate()).isEqualTo(VECTORS);
      merged.join();

      things.upsert(documents.subList(0, 5));
      assertThat(things.count(null)).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, AttuneOptions.MAX_MERGE_THREADS + 1})
  void options_mergeThreadsOutOfRange_isRefused(int threads) {
    assertThatThrownBy(() -> AttuneOptions.defaults().withMergeThreads(threads))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("mergeThreads is " + threads + ", expected 1 to 256");
  }

  @Test
  void options_default_isAThreadForEachProcessor() {
    assertThat(AttuneOptions.defaults().mergeThreads())
        .isEqualTo(Math.min(256, Runtime.getRuntime().availableProcessors()));
  }
}
