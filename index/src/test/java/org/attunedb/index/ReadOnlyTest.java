package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A reader sees all that was acknowledged, changes nothing, and is not disturbed by a writer. */
@Timeout(120)
class ReadOnlyTest {
  private static final String NAME = "things";
  private static final int DIMENSION = 3;
  private static final int BATCH = 25;

  @TempDir Path folder;
  @TempDir Path elsewhere;

  private final SplittableRandom random = new SplittableRandom(3);
  private final FakeTrainer trainer = new FakeTrainer();
  private Attune writer;
  private VectorCollection written;

  @BeforeEach
  void fill() throws InterruptedException {
    writer = Attune.open(folder, options());
    written = writer.createCollection(NAME, CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    for (int batch = 0; batch < 3; batch++) {
      written.upsert(documents(batch * BATCH, batch));
    }
    trainer.publish(RandomAdapters.weights(DIMENSION, 2, random));
    assertThat(written.deepMemory().train(training()).await())
        .isInstanceOf(JobState.Completed.class);
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  private Attune reader(Path path) {
    return Attune.open(path, options().withMode(OpenMode.READ_ONLY));
  }

  private static TrainingRequest training() {
    return TrainingRequest.of(
        LabelledQueries.ofVectors(
            List.of(Embedding.of(1, 2, 3)), List.of(List.of(RelevantDocument.of("d7")))));
  }

  private List<Document> documents(int first, long generation) {
    return IntStream.range(first, first + BATCH)
        .mapToObj(
            i ->
                new Document(
                    "d" + i,
                    "word " + i,
                    Metadata.builder().put("generation", generation).build(),
                    Vectors.random(DIMENSION, random)))
        .toList();
  }

  private static List<Object> answers(VectorCollection collection) {
    List<Object> answers = new ArrayList<>(collection.scan(null, 1_000, null));
    answers.add(collection.deepMemory().activeVersion());
    for (SearchMode mode : SearchMode.values()) {
      for (AdapterChoice adapter : List.of(AdapterChoice.none(), AdapterChoice.active())) {
        SearchResponse response =
            collection.search(
                SearchRequest.of(new Query.ByTextAndEmbedding("word 7", Embedding.of(1, 2, 3)))
                    .mode(mode)
                    .adapter(adapter)
                    .k(30)
                    .build());
        answers.addAll(response.hits());
      }
    }
    return answers;
  }

  /** The writes stand in the log alone: nothing was checkpointed since the collection was made. */
  @Test
  void read_storeWhoseWriterDied_seesTheLogAndTouchesNothing() throws IOException {
    written.delete(List.of("d3", "d30"));
    written.updateMetadata(List.of("d4"), MetadataPatch.set(Metadata.of("k", "v")));
    Path copy = StoreTree.copy(folder, elsewhere.resolve("copy"));
    Files.delete(copy.resolve("attune.lock"));
    Map<String, String> before = StoreTree.fingerprint(copy);
    assertThat(before.keySet()).anyMatch(name -> name.endsWith(".log"));

    try (Attune first = reader(copy);
        Attune second = reader(copy)) {
      for (Attune reader : List.of(first, second)) {
        assertThat(reader.collections()).containsExactly(NAME);
        assertThat(answers(reader.collection(NAME))).isEqualTo(answers(written));
        try (CollectionSnapshot snapshot = reader.collection(NAME).snapshot()) {
          assertThat(snapshot.count(null)).isEqualTo(3 * BATCH - 2);
        }
      }
      assertThat(StoreTree.fingerprint(copy)).isEqualTo(before);
    }
    assertThat(StoreTree.fingerprint(copy)).isEqualTo(before);
  }

  @Test
  void read_closedStore_touchesNothing() {
    List<Object> expected = answers(written);
    writer.close();
    Map<String, String> before = StoreTree.fingerprint(folder);

    try (Attune reader = reader(folder)) {
      assertThat(answers(reader.collection(NAME))).isEqualTo(expected);
    }

    assertThat(StoreTree.fingerprint(folder)).isEqualTo(before);
  }

  @Test
  void read_tornLog_seesTheWholeFramesAndLeavesTheTail() throws IOException {
    Path copy = StoreTree.copy(folder, elsewhere.resolve("copy"));
    Path log =
        StoreTree.walk(copy).stream()
            .filter(path -> path.toString().endsWith(".log"))
            .findFirst()
            .orElseThrow();
    byte[] whole = Files.readAllBytes(log);
    byte[] torn = new byte[whole.length + 17];
    System.arraycopy(whole, 0, torn, 0, whole.length);
    torn[whole.length + 2] = 9;
    Files.write(log, torn);
    Map<String, String> before = StoreTree.fingerprint(copy);

    try (Attune reader = reader(copy)) {
      assertThat(answers(reader.collection(NAME))).isEqualTo(answers(written));
    }

    assertThat(StoreTree.fingerprint(copy)).isEqualTo(before);
  }

  @Test
  void read_besideAWriter_seesWhatWasAcknowledgedBeforeItOpenedTheCollection() {
    try (Attune first = reader(folder);
        Attune second = reader(folder)) {
      assertThat(first.collection(NAME).count(null)).isEqualTo(3 * BATCH);
      written.upsert(documents(3 * BATCH, 3));
      assertThat(second.collection(NAME).count(null)).isEqualTo(4 * BATCH);
      written.checkpoint();
      written.compact();
      written.truncate();
      try (Attune third = reader(folder)) {
        assertThat(third.collection(NAME).count(null)).isZero();
      }
      assertThat(first.collection(NAME).count(null)).isEqualTo(3 * BATCH);
      assertThat(first.collection(NAME).scan(null, 1_000, null)).hasSize(3 * BATCH);
      assertThat(second.collection(NAME).scan(null, 1_000, null)).hasSize(4 * BATCH);
    }
  }

  @Test
  void open_writerAfterAReader_isNotKeptOut() {
    writer.close();
    try (Attune reader = reader(folder)) {
      assertThat(reader.collection(NAME).count(null)).isEqualTo(3 * BATCH);
      writer = Attune.open(folder, options());
      assertThat(writer.collection(NAME).delete(List.of("d1"))).isEqualTo(1);
      assertThat(reader.collection(NAME).count(null)).isEqualTo(3 * BATCH);
    }
  }

  static Stream<Arguments> writes() {
    Document document = Document.of("new", Embedding.of(1, 2, 3));
    MetadataPatch patch = MetadataPatch.remove("generation");
    Filter all = new Filter.And(List.of());
    CollectionSpec spec = CollectionSpec.vectors(2, Similarity.COSINE);
    return Stream.of(
        onStore("createCollection", a -> a.createCollection("new", spec)),
        onStore("createCollection", a -> a.createCollection("new", new LexicalEmbedder())),
        onStore("renameCollection", a -> a.renameCollection(NAME, "other")),
        onStore("dropCollection", a -> a.dropCollection(NAME)),
        on("upsert", c -> c.upsert(List.of(document))),
        on("upsert of nothing", c -> c.upsert(List.of())),
        on("insert", c -> c.insert(List.of(document))),
        on("insert of nothing", c -> c.insert(List.of())),
        on("updateMetadata by id", c -> c.updateMetadata(List.of("d1"), patch)),
        on("updateMetadata by unknown id", c -> c.updateMetadata(List.of("x"), patch)),
        on("updateMetadata by filter", c -> c.updateMetadata(all, patch)),
        on("delete by id", c -> c.delete(List.of("d1"))),
        on("delete by unknown id", c -> c.delete(List.of("x"))),
        on("delete by filter", c -> c.delete(all)),
        on("truncate", VectorCollection::truncate),
        on("flush", VectorCollection::flush),
        on("checkpoint", VectorCollection::checkpoint),
        on("compact", VectorCollection::compact),
        on("train", c -> c.deepMemory().train(training())),
        on("activate", c -> c.deepMemory().activate("v1")),
        on("deactivate", c -> c.deepMemory().deactivate()),
        on("delete version", c -> c.deepMemory().delete("v1")),
        on("rollback", c -> c.deepMemory().rollback()),
        on(
            "import version",
            c -> c.deepMemory().importVersion(new byte[0], "x", AdapterImport.defaults())),
        on("resume", c -> c.deepMemory().resume(c.deepMemory().jobs().getFirst().id())),
        on("delete job", c -> c.deepMemory().deleteJob(c.deepMemory().jobs().getFirst().id())));
  }

  private static Arguments onStore(String name, Consumer<Attune> write) {
    return Arguments.argumentSet(name, write);
  }

  private static Arguments on(String name, Consumer<VectorCollection> write) {
    return onStore(name, attune -> write.accept(attune.collection(NAME)));
  }

  @ParameterizedTest
  @MethodSource("writes")
  void write_readOnlyStore_isRefusedAndTouchesNothing(Consumer<Attune> write) {
    List<Object> expected = answers(written);
    writer.close();
    Map<String, String> before = StoreTree.fingerprint(folder);

    try (Attune reader = reader(folder)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> write.accept(reader))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY))
          .withMessageContaining("read-only");

      assertThat(answers(reader.collection(NAME))).isEqualTo(expected);
      assertThat(reader.collections()).containsExactly(NAME);
    }
    assertThat(trainer.sets()).hasSize(1);
    assertThat(StoreTree.fingerprint(folder)).isEqualTo(before);
  }

  /** Each generation replaces all documents of the one before, so any mixture is half a batch. */
  @Test
  void open_besideAWriterThatCheckpointsInALoop_seesWholeBatchesThatWereAcknowledged()
      throws Exception {
    written.truncate();
    written.upsert(documents(0, 0));
    AtomicLong acknowledged = new AtomicLong();
    AtomicBoolean writing = new AtomicBoolean(true);

    long opened = 0;
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Long> generations = threads.submit(() -> replaceAndCheckpoint(writing, acknowledged));
      try {
        while (opened < 25 || acknowledged.get() < 25) {
          long known = acknowledged.get();
          try (Attune reader = reader(folder)) {
            requireOneGeneration(reader.collection(NAME).scan(null, 1_000, null), known);
          }
          opened++;
          assertThat(generations.isDone()).isFalse();
        }
      } finally {
        writing.set(false);
      }
      assertThat(generations.get()).isGreaterThanOrEqualTo(25);
    }
  }

  private long replaceAndCheckpoint(AtomicBoolean writing, AtomicLong acknowledged) {
    long generation = 0;
    while (writing.get()) {
      generation++;
      written.upsert(documents(0, generation));
      acknowledged.set(generation);
      if (generation % 7 == 0) {
        written.compact();
      } else if (generation % 2 == 0) {
        written.checkpoint();
      }
    }
    return generation;
  }

  private static void requireOneGeneration(List<Document> documents, long known) {
    assertThat(documents).hasSize(BATCH);
    List<MetadataValue> generations =
        documents.stream()
            .map(d -> d.metadata().get("generation").orElseThrow())
            .distinct()
            .toList();
    assertThat(generations).hasSize(1);
    assertThat(((MetadataValue.Int) generations.getFirst()).value())
        .as("generation, after %d was acknowledged", known)
        .isGreaterThanOrEqualTo(known);
  }
}
