package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many collections of a store that merge at the same time. */
@Timeout(300)
class SharedMergesTest {
  private static final int COLLECTIONS = 8;
  private static final int VECTORS = 3_000;
  private static final int DIMENSION = 24;

  private final SplittableRandom random = new SplittableRandom(4);

  private List<Document> documents(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Document.of("d" + i, Vectors.random(DIMENSION, random)))
        .toList();
  }

  private List<VectorCollection> fill(Attune attune) {
    List<Document> documents = documents(VECTORS);
    List<VectorCollection> collections = new ArrayList<>();
    for (int i = 0; i < COLLECTIONS; i++) {
      VectorCollection made =
          attune.createCollection("c" + i, CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      // Each is too small for a graph of its own before the merge.
      made.upsert(documents.subList(0, VECTORS / 2));
      made.upsert(documents.subList(VECTORS / 2, VECTORS));
      collections.add(made);
    }
    return collections;
  }

  /** What was seen while all collections were compacted at once. */
  private record Seen(int building, int waiting, long heapBytes) {}

  private static Seen compactAll(Attune attune, List<VectorCollection> collections) {
    List<CompletableFuture<Void>> merged = new ArrayList<>();
    for (VectorCollection collection : collections) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      merged.add(done);
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try {
                  collection.compact();
                  done.complete(null);
                } catch (RuntimeException e) {
                  done.completeExceptionally(e);
                }
              });
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(merged.toArray(CompletableFuture<?>[]::new));
    Seen most = new Seen(0, 0, 0);
    while (!all.isDone()) {
      MergeStats now = attune.merges();
      most =
          new Seen(
              Math.max(most.building, now.building()),
              Math.max(most.waiting, now.waiting()),
              Math.max(most.heapBytes, now.heapBytes()));
    }
    all.join();
    return most;
  }

  @Test
  void compact_manyCollections_buildNoMoreGraphsAtOnceThanThereArePlaces() {
    try (Attune attune = Attune.inMemory(AttuneOptions.defaults().withMergeThreads(4))) {
      List<VectorCollection> collections = fill(attune);

      Seen most = compactAll(attune, collections);

      assertThat(most.building).isEqualTo(2).isEqualTo(attune.merges().places());
      assertThat(most.waiting).isPositive();
      assertThat(most.heapBytes).isEqualTo(2L * VECTORS * 25 * 16);
      // A merge gives its place back just after what it made is there.
      while (attune.merges().building() > 0) {
        Thread.onSpinWait();
      }
      assertThat(attune.merges().heapBytes()).isZero();
      assertThat(collections)
          .allSatisfy(collection -> assertThat(collection.stats().segments()).isEqualTo(1));
    }
  }

  @Test
  void compact_heapForOneGraph_buildsOneAtATime() {
    AttuneOptions options = AttuneOptions.defaults().withMergeThreads(4);
    try (Attune attune = Attune.inMemory(options.withMergeHeapBytes(1))) {
      List<VectorCollection> collections = fill(attune);

      Seen most = compactAll(attune, collections);

      assertThat(most.building).isEqualTo(1);
      assertThat(attune.merges().heapLimit()).isEqualTo(1);
    }
  }

  @Test
  void close_mergesWait_endsThemAndLeavesCollectionsWhole() {
    Attune attune = Attune.inMemory(AttuneOptions.defaults().withMergeHeapBytes(1));
    List<VectorCollection> collections = fill(attune);
    List<CompletableFuture<Void>> merged =
        collections.stream().map(each -> CompletableFuture.runAsync(each::compact)).toList();
    while (attune.merges().waiting() == 0 && !merged.getLast().isDone()) {
      Thread.onSpinWait();
    }

    attune.close();

    assertThat(merged)
        .allSatisfy(
            each -> {
              // Done before, or ended.
              if (each.isCompletedExceptionally()) {
                assertThatThrownBy(each::join).hasMessageContaining("is closed");
              }
            });
  }

  @Test
  void upsert_othersHoldAllPlaces_goesOnWithinTheBound() {
    try (Attune attune = Attune.inMemory(AttuneOptions.defaults().withMergeHeapBytes(1))) {
      List<VectorCollection> collections = fill(attune);
      VectorCollection busy =
          attune.createCollection("busy", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      CompletableFuture<Seen> others =
          CompletableFuture.supplyAsync(() -> compactAll(attune, collections));
      int before = 0;
      for (int i = 0; i < 20 || !others.isDone(); i++) {
        busy.upsert(documents(50));
        before += others.isDone() ? 0 : 1;
      }
      others.join();

      assertThat(before).as("writes while the others merge").isPositive();
      assertThat(busy.count(null)).isEqualTo(50);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void options_mergeHeapBytesOutOfRange_isRefused(long bytes) {
    assertThatThrownBy(() -> AttuneOptions.defaults().withMergeHeapBytes(bytes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("mergeHeapBytes is " + bytes + ", expected at least 1");
  }
}
