package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers beside a writer see whole batches, and never an older state after a newer one. */
@Timeout(120)
class ConcurrencyTest extends StoreTest {
  private static final int READERS = 4;
  private static final int GENERATIONS = 60;
  private static final int BATCH = 25;

  /** So many generations live at once. */
  private static final int WINDOW = 4;

  private final AtomicBoolean writing = new AtomicBoolean(true);

  /** The last generation whose upsert has returned. */
  private final AtomicLong acknowledged = new AtomicLong(-1);

  private VectorCollection collection;

  @BeforeEach
  void create() {
    collection = attune.createCollection("busy", CollectionSpec.vectors(2, Similarity.COSINE));
  }

  @Test
  void reads_besideAWriter_seeWholeBatches() throws Exception {
    List<Callable<Long>> readers =
        List.of(
            this::scans,
            this::counts,
            () -> searches(SearchMode.VECTOR),
            () -> searches(SearchMode.HYBRID));
    assertThat(readers).hasSize(READERS);

    try (ExecutorService threads = Executors.newFixedThreadPool(READERS)) {
      List<Future<Long>> results = new ArrayList<>();
      readers.forEach(reader -> results.add(threads.submit(reader)));
      try {
        write();
      } finally {
        writing.set(false);
      }
      for (Future<Long> result : results) {
        assertThat(result.get()).as("number of reads").isPositive();
      }
    }
    assertThat(collection.count(null)).isEqualTo((long) WINDOW * BATCH);
  }

  /** Even generations take new ids, odd ones replace those of the one before. */
  private void write() {
    for (int generation = 0; generation < GENERATIONS; generation++) {
      long number = generation;
      int firstId = generation / 2 * BATCH;
      collection.upsert(
          IntStream.range(0, BATCH)
              .mapToObj(
                  i ->
                      new Document(
                          "d" + (firstId + i),
                          "word",
                          Metadata.builder().put("generation", number).build(),
                          Embedding.of(1 + i, (float) number)))
              .toList());
      acknowledged.set(generation);
      if (generation % 2 == 1 && generation >= 2 * WINDOW) {
        long oldest = generation - 2L * WINDOW;
        assertThat(collection.delete(Filter.eq("generation", oldest))).isEqualTo(BATCH);
      }
    }
  }

  private long scans() {
    long reads = 0;
    while (writing.get()) {
      long known = acknowledged.get();
      requireWhole(collection.scan(null, 1_000, null), known);
      reads++;
    }
    return reads;
  }

  private long searches(SearchMode mode) {
    SearchRequest request =
        SearchRequest.of(new Query.ByTextAndEmbedding("word", Embedding.of(1, 1)))
            .mode(mode)
            .k(1_000)
            .build();
    long reads = 0;
    while (writing.get()) {
      long known = acknowledged.get();
      requireWhole(
          collection.search(request).hits().stream().map(ConcurrencyTest::document).toList(),
          known);
      reads++;
    }
    return reads;
  }

  private static Document document(SearchHit hit) {
    Document document = hit.document();
    if (document == null) {
      throw new AssertionError("hit without a document: " + hit);
    }
    return document;
  }

  private long counts() {
    long reads = 0;
    while (writing.get()) {
      long newest = Math.max(0, acknowledged.get());
      assertThat(collection.count(Filter.eq("generation", newest + 1))).isIn(0L, (long) BATCH);
      assertThat(collection.count(new Filter.Gte("generation", MetadataValue.of(newest))) % BATCH)
          .isZero();
      assertThat(collection.stats().documents() % BATCH).isZero();
      reads++;
    }
    return reads;
  }

  private static void requireWhole(List<Document> documents, long known) {
    Map<MetadataValue, Long> sizes =
        documents.stream()
            .collect(
                Collectors.groupingBy(
                    d -> d.metadata().get("generation").orElseThrow(), Collectors.counting()));
    assertThat(sizes.values()).allMatch(size -> size == BATCH);
    assertThat(documents).extracting(Document::id).doesNotHaveDuplicates();
    if (known >= 0) {
      assertThat(
              sizes.keySet().stream()
                  .mapToLong(value -> ((MetadataValue.Int) value).value())
                  .max()
                  .orElse(-1))
          .as("the newest generation seen, after %d was acknowledged", known)
          .isGreaterThanOrEqualTo(known);
    }
  }
}
