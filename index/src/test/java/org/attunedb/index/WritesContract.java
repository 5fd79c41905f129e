package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every kind of write, alone, in sequences and by many threads. */
@Timeout(120)
abstract class WritesContract extends StoreTest {
  private static final int DIMENSION = 3;
  private static final Filter ALL = new Filter.And(List.of());

  private final SplittableRandom random = new SplittableRandom(11);

  /** Closes and opens the store, where that keeps its content. */
  abstract void restart();

  private VectorCollection create() {
    return attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
  }

  private Document document(String id, long n) {
    return new Document(id, "word " + id, number(n), Vectors.random(DIMENSION, random));
  }

  private List<Document> documents(String... ids) {
    return Arrays.stream(ids).map(id -> document(id, 0)).toList();
  }

  private static Metadata number(long n) {
    return Metadata.builder().put("n", n).build();
  }

  private static void assertExists(String id, List<Document> batch, VectorCollection collection) {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> collection.insert(batch))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .withMessageContaining("'" + id + "'");
  }

  @Test
  void insert_newDocuments_areThere() {
    VectorCollection collection = create();

    collection.insert(documents("a", "b"));
    collection.insert(documents("c"));
    collection.insert(List.of());

    assertThat(collection.ids(null, 10, null)).containsExactly("a", "b", "c");
    restart();
    assertThat(attune.collection("things").ids(null, 10, null)).containsExactly("a", "b", "c");
  }

  @Test
  void insert_existingIdAnywhere_isRefusedNamingTheFirstAndWritesNothing() {
    VectorCollection collection = create();
    collection.insert(documents("a", "b"));
    List<Document> before = collection.scan(null, 10, null);

    assertExists("a", documents("a", "c", "d"), collection);
    assertExists("b", documents("c", "b", "d"), collection);
    assertExists("b", documents("c", "d", "b", "a"), collection);

    assertThat(collection.scan(null, 10, null)).isEqualTo(before);
    restart();
    assertThat(attune.collection("things").scan(null, 10, null)).isEqualTo(before);
  }

  @Test
  void insert_deletedId_isFreeAgain() {
    VectorCollection collection = create();
    collection.insert(documents("a", "b"));

    collection.delete(List.of("a"));
    collection.insert(documents("a"));
    assertExists("a", documents("a"), collection);
    collection.truncate();
    collection.insert(documents("a", "b"));

    assertThat(collection.count(null)).isEqualTo(2);
  }

  @Test
  void insert_badBatch_isRefusedAsByUpsert() {
    VectorCollection collection = create();

    assertRefused(ErrorCode.DUPLICATE_ID, () -> collection.insert(documents("a", "b", "a")));
    assertRefused(
        ErrorCode.DIMENSION_MISMATCH,
        () -> collection.insert(List.of(Document.of("a", Embedding.of(1)))));

    assertThat(collection.count(null)).isZero();
  }

  @Test
  void insert_sameIdByManyThreads_exactlyOneWins() throws Exception {
    VectorCollection collection = create();
    int threads = 16;

    for (int round = 0; round < 10; round++) {
      String id = "d" + round;
      List<Document> offers = IntStream.range(0, threads).mapToObj(i -> document(id, i)).toList();
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Boolean> won =
          inParallel(
              threads,
              i -> {
                start.await(30, TimeUnit.SECONDS);
                return inserted(collection, offers.get(i));
              });

      assertThat(won).containsOnlyOnce(true);
      Metadata winner = offers.get(won.indexOf(true)).metadata();
      assertThat(collection.get(id).orElseThrow().metadata()).isEqualTo(winner);
    }
    assertThat(collection.count(null)).isEqualTo(10);
  }

  private static boolean inserted(VectorCollection collection, Document document) {
    try {
      collection.insert(List.of(document));
      return true;
    } catch (ConflictException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
      return false;
    }
  }

  private interface Work<T> {
    T run(int thread) throws Exception;
  }

  private static <T> List<T> inParallel(int threads, Work<T> work) throws Exception {
    IntFunction<Callable<T>> task = thread -> () -> work.run(thread);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> futures =
          IntStream.range(0, threads).mapToObj(i -> pool.submit(task.apply(i))).toList();
      List<T> results = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (Future<T> future : futures) {
        try {
          results.add(future.get());
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        }
      }
      assertThat(failures).isEmpty();
      return results;
    }
  }

  @Test
  void updateMetadata_ids_changesMetadataAlone() {
    VectorCollection collection = create();
    collection.upsert(documents("a", "b", "c"));
    Document before = collection.get("a").orElseThrow();
    MetadataPatch patch = new MetadataPatch(Metadata.of("k", "v"), Set.of("n"));

    assertThat(collection.updateMetadata(List.of("a", "x", "c", "a", ""), patch)).isEqualTo(2);

    Document after = collection.get("a").orElseThrow();
    assertThat(after).isEqualTo(before.withMetadata(Metadata.of("k", "v")));
    assertThat(collection.count(Filter.eq("k", "v"))).isEqualTo(2);
    assertThat(collection.count(new Filter.Exists("n"))).isEqualTo(1);
    assertThat(collection.count(null)).isEqualTo(3);
    assertThat(keywordHits(collection, "word")).hasSize(3);
    assertThat(collection.updateMetadata(List.of("x"), patch)).isZero();
    assertThat(collection.updateMetadata(List.of(), patch)).isZero();
    restart();
    assertThat(attune.collection("things").get("a")).contains(after);
  }

  /** A unit vector that was scaled again on each update would drift. */
  @Test
  void updateMetadata_manyTimes_keepsTextsAndTheBitsOfVectors() {
    VectorCollection collection = create();
    List<Document> batch =
        new ArrayList<>(IntStream.range(0, 40).mapToObj(i -> document("d" + i, 0)).toList());
    batch.add(Document.of("text", "only text"));
    batch.add(Document.of("vector", Embedding.of(1e-20f, 3, -7)));
    collection.upsert(batch);
    List<Document> before = collection.scan(null, 100, null);

    for (int i = 1; i <= 20; i++) {
      assertThat(collection.updateMetadata(ALL, MetadataPatch.set(number(i)))).isEqualTo(42);
    }

    assertThat(collection.scan(null, 100, null))
        .isEqualTo(before.stream().map(d -> d.withMetadata(number(20))).toList());
  }

  @Test
  void updateMetadata_filter_changesWhatMatches() {
    VectorCollection collection = create();
    collection.upsert(IntStream.range(0, 20).mapToObj(i -> document("d" + i, i)).toList());

    assertThat(
            collection.updateMetadata(
                new Filter.Gte("n", MetadataValue.of(15)), MetadataPatch.set(number(3))))
        .isEqualTo(5);

    assertThat(collection.count(Filter.eq("n", 3))).isEqualTo(6);
    assertThat(collection.count(new Filter.Gte("n", MetadataValue.of(15)))).isZero();
    assertThat(collection.updateMetadata(Filter.eq("n", 99), MetadataPatch.remove("n"))).isZero();
  }

  @Test
  void updateMetadata_tooLargeForOne_changesNone() {
    VectorCollection collection = create();
    Metadata.Builder full = Metadata.builder();
    for (int i = 0; i < Metadata.MAX_KEYS; i++) {
      full.put("k" + i, i);
    }
    collection.upsert(documents("a", "c"));
    collection.upsert(List.of(document("b", 0).withMetadata(full.build())));
    List<Document> before = collection.scan(null, 10, null);
    MetadataPatch patch = MetadataPatch.set(Metadata.of("more", "v"));

    assertRefused(
        ErrorCode.METADATA_TOO_LARGE,
        () -> collection.updateMetadata(List.of("a", "b", "c"), patch));
    assertRefused(ErrorCode.METADATA_TOO_LARGE, () -> collection.updateMetadata(ALL, patch));

    assertThat(collection.scan(null, 10, null)).isEqualTo(before);
    assertThat(collection.updateMetadata(List.of("a", "c"), patch)).isEqualTo(2);
  }

  @Test
  void updateMetadata_filterOfMoreThanABatch_isRefusedAndChangesNone() {
    VectorCollection collection =
        attune.createCollection("many", CollectionSpec.vectors(1, Similarity.EUCLIDEAN));
    int most = VectorCollection.MAX_BATCH;
    List<Document> batch =
        IntStream.range(0, most).mapToObj(i -> Document.of("d" + i, Embedding.of(i))).toList();
    collection.upsert(batch);
    assertThat(collection.updateMetadata(ALL, MetadataPatch.set(number(1)))).isEqualTo(most);
    collection.upsert(List.of(Document.of("one", Embedding.of(1)).withMetadata(number(1))));

    assertRefused(
            ErrorCode.BATCH_TOO_LARGE,
            () -> collection.updateMetadata(ALL, MetadataPatch.set(number(2))))
        .withMessageContaining("10001");

    assertThat(collection.count(Filter.eq("n", 1))).isEqualTo(most + 1L);
  }

  @Test
  void truncate_collection_countsEmptiesAndGoesOn() {
    VectorCollection collection = create();
    assertThat(collection.truncate()).isZero();
    collection.upsert(documents("a", "b", "c"));
    collection.delete(List.of("b"));

    assertThat(collection.truncate()).isEqualTo(2);

    assertThat(collection.count(null)).isZero();
    assertThat(collection.get("a")).isEmpty();
    assertThat(keywordHits(collection, "word")).isEmpty();
    assertThat(collection.truncate()).isZero();
    collection.upsert(documents("a"));
    restart();
    assertThat(attune.collection("things").ids(null, 10, null)).containsExactly("a");
  }

  private static List<String> keywordHits(VectorCollection collection, String text) {
    return collection.search(SearchRequest.text(text).mode(SearchMode.KEYWORD).build()).ids();
  }

  @Test
  void flushCheckpointCompact_anyTime_changeNoAnswer() {
    VectorCollection collection = create();
    collection.flush();
    collection.checkpoint();
    collection.compact();
    for (int i = 0; i < 5; i++) {
      collection.upsert(documents("a" + i, "b" + i));
    }
    collection.delete(List.of("a1", "b3"));
    List<Document> before = collection.scan(null, 100, null);

    collection.flush();
    assertThat(collection.scan(null, 100, null)).isEqualTo(before);
    collection.checkpoint();
    collection.checkpoint();
    assertThat(collection.scan(null, 100, null)).isEqualTo(before);
    collection.compact();
    assertThat(collection.scan(null, 100, null)).isEqualTo(before);
    assertThat(collection.stats().segments()).isEqualTo(1);
    assertThat(collection.stats().deletedDocuments()).isZero();
    restart();
    assertThat(attune.collection("things").scan(null, 100, null)).isEqualTo(before);
  }

  /** Insert as taking a lock, delete as freeing it: two owners at once would lose an increment. */
  @Test
  void insertAndDelete_asALock_excludeEachOther() throws Exception {
    VectorCollection collection = create();
    collection.upsert(List.of(document("counter", 0)));
    int threads = 8;
    int rounds = 8;

    inParallel(
        threads,
        thread -> {
          Document lock = Document.of("lock", "held by " + thread);
          for (int i = 0; i < rounds; i++) {
            while (!inserted(collection, lock)) {
              Thread.onSpinWait();
            }
            Document counter = collection.get("counter").orElseThrow();
            collection.upsert(List.of(counter.withMetadata(number(value(counter) + 1))));
            assertThat(collection.delete(List.of("lock"))).isEqualTo(1);
          }
          return thread;
        });

    assertThat(value(collection.get("counter").orElseThrow())).isEqualTo((long) threads * rounds);
    assertThat(collection.count(null)).isEqualTo(1);
  }

  /** Compare-and-set: of all who ask to make n + 1 of n, one may be told that it did. */
  @Test
  void updateMetadata_filterAsCompareAndSet_neverCountsTwice() throws Exception {
    VectorCollection collection = create();
    collection.upsert(List.of(document("counter", 0), document("other", -1)));
    int target = 60;

    List<Integer> wins =
        inParallel(
            8,
            thread -> {
              int won = 0;
              long seen = 0;
              while (seen < target) {
                seen = value(collection.get("counter").orElseThrow());
                if (seen < target) {
                  won +=
                      (int)
                          collection.updateMetadata(
                              Filter.eq("n", seen), MetadataPatch.set(number(seen + 1)));
                }
              }
              return won;
            });

    assertThat(wins.stream().mapToInt(Integer::intValue).sum()).isEqualTo(target);
    assertThat(value(collection.get("other").orElseThrow())).isEqualTo(-1);
  }

  private static long value(Document document) {
    return ((MetadataValue.Int) document.metadata().get("n").orElseThrow()).value();
  }

  /** For each id, inserts and deletes that succeed must take turns, in whatever order. */
  @Test
  void insertsAndDeletes_byManyThreads_balance() throws Exception {
    VectorCollection collection = create();
    int ids = 4;

    List<List<Long>> balances =
        inParallel(
            8,
            thread -> {
              SplittableRandom choice = new SplittableRandom(thread);
              Long[] balance = new Long[ids];
              Arrays.fill(balance, 0L);
              for (int i = 0; i < 60; i++) {
                int id = choice.nextInt(ids);
                if (choice.nextBoolean()) {
                  balance[id] +=
                      inserted(collection, Document.of("d" + id, "by " + thread)) ? 1 : 0;
                } else {
                  balance[id] -= collection.delete(List.of("d" + id, "d" + id));
                }
              }
              return List.of(balance);
            });

    for (int id = 0; id < ids; id++) {
      int column = id;
      long left = balances.stream().mapToLong(balance -> balance.get(column)).sum();
      assertThat(left).as("d%d", id).isEqualTo(collection.get("d" + id).isPresent() ? 1 : 0);
    }
  }

  @Test
  void write_returned_isSeenByEveryReadOfAnotherThread() throws Exception {
    VectorCollection collection = create();
    SynchronousQueue<Document> written = new SynchronousQueue<>();
    int rounds = 80;

    inParallel(
        2,
        thread -> {
          for (int i = 0; i < rounds; i++) {
            if (thread == 0) {
              Document document = new Document("d" + i, "term" + i, number(i), direction(0.07 * i));
              collection.upsert(List.of(document));
              assertThat(written.offer(document, 10, TimeUnit.SECONDS)).isTrue();
            } else {
              Document document = written.poll(30, TimeUnit.SECONDS);
              assertSeen(collection, Objects.requireNonNull(document), i + 1);
            }
          }
          return thread;
        });
  }

  /** Far enough from its neighbours to be the nearest to itself in floats. */
  private static Embedding direction(double angle) {
    return Embedding.of((float) Math.cos(angle), (float) Math.sin(angle), 0);
  }

  private static void assertSeen(VectorCollection collection, Document document, int atLeast) {
    String id = document.id();
    Embedding vector = Objects.requireNonNull(document.embedding());
    String text = Objects.requireNonNull(document.text());
    assertThat(collection.get(id)).isPresent();
    assertThat(collection.count(Filter.eq("n", value(document)))).isEqualTo(1);
    assertThat(collection.count(null)).isGreaterThanOrEqualTo(atLeast);
    assertThat(keywordHits(collection, text)).first().isEqualTo(id);
    assertThat(collection.search(SearchRequest.vector(vector).k(1).build()).ids())
        .containsExactly(id);
    assertThat(
            collection
                .search(
                    SearchRequest.of(new Query.ByTextAndEmbedding(text, vector))
                        .mode(SearchMode.HYBRID)
                        .k(1)
                        .build())
                .ids())
        .containsExactly(id);
  }
}
