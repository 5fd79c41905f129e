package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.junit.jupiter.api.Test;

/** What searches keep of graphs on the heap. */
class SearchHeapTest {
  private static final int DIMENSION = 8;
  private static final int VECTORS = 2_500;
  private static final long ENOUGH = 16 << 20;

  private final SplittableRandom random = new SplittableRandom(4);

  private Embedding vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return Embedding.of(vector);
  }

  private static AttuneOptions options(long bytes) {
    return AttuneOptions.defaults().withSearchHeapBytes(bytes);
  }

  private void fillAndSearch(Store store, String name) {
    VectorCollection collection =
        store.create(name, CollectionSpec.vectors(DIMENSION, Similarity.COSINE), null);
    List<Document> documents =
        IntStream.range(0, VECTORS).mapToObj(i -> Document.of("d" + i, vector())).toList();
    collection.upsert(documents.subList(0, VECTORS / 2));
    collection.upsert(documents.subList(VECTORS / 2, VECTORS));
    collection.compact();
    var answer = collection.search(SearchRequest.vector(vector()).k(10).ef(50).build());
    assertThat(answer.stats().plan()).isEqualTo(Plan.GRAPH);
  }

  @Test
  void search_withMemory_takesItUntilTheCollectionIsGone() {
    try (Store store = Store.inMemory(options(ENOUGH))) {
      fillAndSearch(store, "c");
      long one = ENOUGH - store.searchHeapLeft();
      assertThat(one).isBetween(VECTORS * 4L, VECTORS * 1_000L);

      fillAndSearch(store, "d");
      assertThat(store.searchHeapLeft()).as("shared").isEqualTo(ENOUGH - 2 * one);

      store.drop("c");
      assertThat(store.searchHeapLeft()).isEqualTo(ENOUGH - one);
    }
  }

  @Test
  void search_withoutMemory_takesNone() {
    try (Store store = Store.inMemory(options(0))) {
      fillAndSearch(store, "c");

      assertThat(store.searchHeapLeft()).isZero();
    }
  }

  @Test
  void options_searchHeapBytesOutOfRange_isRefused() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> options(-1))
        .withMessage("searchHeapBytes is -1, expected at least 0");
  }
}
