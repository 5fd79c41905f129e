package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.BulkLoad;
import org.attunedb.index.BulkProgress;
import org.attunedb.index.BulkProgress.Phase;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.lucene.PausableMergePolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bulk loads: what they leave, whether they end or are cut off. */
@Timeout(120)
class BulkLoadTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private final List<BulkProgress> progress = new ArrayList<>();
  private Store store;
  private VectorCollection things;

  @BeforeEach
  void open() {
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
    things = store.create("things", CollectionSpec.vectors(2, Similarity.COSINE), null);
    things.upsert(List.of(thing(900), thing(901)));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Document thing(int number) {
    return Document.of("d" + number, Embedding.of(1, number));
  }

  private static List<Document> batch(int number) {
    return IntStream.range(10 * number, 10 * number + 10).mapToObj(BulkLoadTest::thing).toList();
  }

  private static Set<String> ids(int batches, String... others) {
    Set<String> ids = new TreeSet<>(List.of(others));
    IntStream.range(0, batches).forEach(i -> batch(i).forEach(thing -> ids.add(thing.id())));
    return ids;
  }

  private Set<String> ids() {
    return new TreeSet<>(things.ids(null, 1_000, null));
  }

  private void reopen() {
    store.close();
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
    things = store.get("things", null);
  }

  /** Nothing reaches the disk any more; what is open is given up, with a fault if that matters. */
  private void cutOff() {
    disk.follow(
        (step, path, call) -> {
          if (step.changes()) {
            throw new IOException("no power");
          }
          call.run();
        });
    Throwable fault = catchThrowable(() -> store.close());
    assertThat(fault)
        .satisfiesAnyOf(
            f -> assertThat(f).isNull(), f -> assertThat(f).isInstanceOf(StoreException.class));
    disk.follow((step, path, call) -> call.run());
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
    things = store.get("things", null);
  }

  @Test
  void finish_afterBatches_everythingIsThereInOneSegmentAndDurable() {
    try (BulkLoad load = things.bulkLoad(progress::add)) {
      load.add(batch(0));
      load.add(List.of());
      load.add(batch(1));
      load.add(List.of(Document.of("d3", Embedding.of(-1, 0))));
      load.finish();
    }

    assertThat(progress)
        .containsExactly(
            new BulkProgress(Phase.LOADING, 10),
            new BulkProgress(Phase.LOADING, 10),
            new BulkProgress(Phase.LOADING, 20),
            new BulkProgress(Phase.LOADING, 21),
            new BulkProgress(Phase.MERGING, 21),
            new BulkProgress(Phase.DONE, 21));
    assertThat(things.stats().segments()).isEqualTo(1);
    assertThat(ids()).isEqualTo(ids(2, "d900", "d901"));
    cutOff();
    assertThat(ids()).isEqualTo(ids(2, "d900", "d901"));
    assertThat(things.get("d3").orElseThrow().embedding()).isEqualTo(Embedding.of(-1, 0));
  }

  @Test
  void add_writesNeitherTheLogNorForcesAnything() {
    ConcurrentLinkedQueue<String> steps = new ConcurrentLinkedQueue<>();
    BulkLoad load = things.bulkLoad(progress::add);
    disk.follow(
        (step, path, call) -> {
          if (step.name().startsWith("FORCE") || path.toString().contains("log")) {
            steps.add(step + " " + path);
          }
          call.run();
        });

    load.add(batch(0));
    load.add(batch(1));

    assertThat(steps).isEmpty();
    load.close();
    assertThat(steps).isNotEmpty();
  }

  @Test
  void add_thenACrash_leavesTheCollectionAsItWas() {
    BulkLoad load = things.bulkLoad(progress::add);
    load.add(batch(0));
    load.add(batch(1));

    cutOff();

    assertThat(ids()).containsExactly("d900", "d901");
    assertThatThrownBy(() -> load.add(batch(2))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void add_thenACommitAndACrash_leavesTheFirstBatchesWholeAndOtherWrites() {
    BulkLoad load = things.bulkLoad(progress::add);
    load.add(batch(0));
    load.add(batch(1));
    things.upsert(List.of(thing(902)));
    things.checkpoint();
    load.add(batch(2));
    things.upsert(List.of(thing(903)));

    cutOff();

    assertThat(ids()).isEqualTo(ids(2, "d900", "d901", "d902", "d903"));
  }

  @Test
  void add_documentThatIsRefused_addsNothingOfItsBatchAndGoesOn() {
    try (BulkLoad load = things.bulkLoad(progress::add)) {
      load.add(batch(0));
      assertThatThrownBy(
              () -> load.add(List.of(thing(77), Document.of("wide", Embedding.of(1, 2, 3)))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("'wide'");
      load.add(batch(1));
      load.finish();
    }

    assertThat(ids()).isEqualTo(ids(2, "d900", "d901"));
  }

  @Test
  void close_withoutFinish_keepsWhatWasAddedAndMergesGoOn() throws InterruptedException {
    BulkLoad load = things.bulkLoad(progress::add);
    for (int i = 0; i < 15; i++) {
      load.add(batch(i));
      things.upsert(List.of(thing(900)));
    }
    assertThat(things.stats().segments()).as("no merges of so few").isGreaterThanOrEqualTo(15);

    load.close();
    load.close();

    assertThat(ids()).isEqualTo(ids(15, "d900", "d901"));
    while (things.stats().segments() >= 15) {
      things.upsert(List.of(thing(900)));
      Thread.sleep(5);
    }
    reopen();
    assertThat(ids()).isEqualTo(ids(15, "d900", "d901"));
  }

  @Test
  void close_listenerFailedBeforeTheMerge_keepsWhatWasAddedAndMergesGoOn()
      throws InterruptedException {
    BulkLoad load =
        things.bulkLoad(
            progress -> {
              if (progress.phase() == Phase.MERGING) {
                throw new IllegalStateException("a listener's own fault");
              }
            });
    for (int i = 0; i < 15; i++) {
      load.add(batch(i));
      things.upsert(List.of(thing(900)));
    }

    assertThatThrownBy(load::finish).hasMessage("a listener's own fault");
    load.close();

    assertThat(ids()).isEqualTo(ids(15, "d900", "d901"));
    while (things.stats().segments() >= 15) {
      things.upsert(List.of(thing(900)));
      Thread.sleep(5);
    }
    cutOff();
    assertThat(ids()).isEqualTo(ids(15, "d900", "d901"));
  }

  @Test
  void bulkLoad_manyWritesBesideIt_keepsTheNumberOfSegmentsBounded() throws InterruptedException {
    BulkLoad load = things.bulkLoad(progress::add);
    Set<String> expected = ids(1, "d900", "d901");
    load.add(batch(0));
    for (int i = 0; i < 3 * PausableMergePolicy.MOST_SMALL; i++) {
      things.upsert(List.of(thing(1_000 + i)));
      expected.add("d" + (1_000 + i));
    }

    // Merged in the background, but without the end of the load.
    while (things.stats().segments() > PausableMergePolicy.MOST_SMALL) {
      Thread.sleep(5);
      things.upsert(List.of(thing(900)));
    }
    load.finish();
    assertThat(ids()).isEqualTo(expected);
  }

  @Test
  void finish_everythingFlushedByACheckpointBefore_hasAGraph() {
    VectorCollection many =
        store.create("many", CollectionSpec.vectors(2, Similarity.COSINE), null);
    try (BulkLoad load = many.bulkLoad(progress::add)) {
      load.add(IntStream.range(0, 2_500).mapToObj(BulkLoadTest::thing).toList());
      many.checkpoint();
      load.finish();
    }

    SearchRequest walk = SearchRequest.vector(Embedding.of(1, 3)).ef(50).build();
    assertThat(many.stats().segments()).isEqualTo(1);
    assertThat(many.search(walk).stats().plan()).isEqualTo(Plan.GRAPH);
  }

  @Test
  void add_afterFinish_isRefused() {
    BulkLoad load = things.bulkLoad(progress::add);
    load.finish();

    assertThatThrownBy(() -> load.add(batch(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the bulk load into collection 'things' is closed");
    assertThatThrownBy(load::finish).isInstanceOf(IllegalStateException.class);
    assertThat(ids()).containsExactly("d900", "d901");
  }
}
