package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;
import static org.attunedb.index.Rankings.assertRanking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of adapters: kept, switched, applied to queries and to nothing else. */
class AdapterVersionsTest extends StoreTest {
  private static final int DIMENSION = 12;

  private final SplittableRandom random = new SplittableRandom(21);
  private final FakeTrainer trainer = new FakeTrainer();
  private final List<String> ids = IntStream.range(0, 200).mapToObj(i -> "d" + i).toList();
  private final List<Embedding> vectors =
      ids.stream().map(id -> Vectors.random(DIMENSION, random)).toList();
  private final AdapterWeights first = RandomAdapters.weights(DIMENSION, 3, random);
  private final AdapterWeights second = RandomAdapters.weights(DIMENSION, 2, random);
  private VectorCollection collection;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  @BeforeEach
  void fill() {
    collection = fill("adapted", Similarity.COSINE);
  }

  private VectorCollection fill(String name, Similarity similarity) {
    VectorCollection filled =
        attune.createCollection(name, CollectionSpec.vectors(DIMENSION, similarity));
    filled.upsert(
        IntStream.range(0, ids.size())
            .mapToObj(i -> Document.of(ids.get(i), vectors.get(i)))
            .toList());
    return filled;
  }

  private static List<String> names(DeepMemory memory) {
    return memory.versions().stream().map(AdapterVersion::name).toList();
  }

  private String publish(VectorCollection target, AdapterWeights weights)
      throws InterruptedException {
    trainer.publish(weights);
    JobState state = train(target).await();
    assertThat(state).isInstanceOf(JobState.Completed.class);
    return ((JobState.Completed) state).version().orElseThrow();
  }

  private TrainingJob train(VectorCollection target) {
    return target
        .deepMemory()
        .train(
            TrainingRequest.of(
                LabelledQueries.ofVectors(
                    List.of(vectors.get(0)), List.of(List.of(RelevantDocument.of("d7"))))));
  }

  @Test
  void publish_versions_areNumberedKeptAndTheLastIsActive() throws InterruptedException {
    DeepMemory memory = collection.deepMemory();
    assertThat(names(memory)).isEmpty();
    assertThat(memory.activeVersion()).isEmpty();

    assertThat(publish(collection, first)).isEqualTo("v1");
    assertThat(publish(collection, second)).isEqualTo("v2");

    assertThat(names(memory)).containsExactly("v1", "v2");
    assertThat(memory.activeVersion()).contains("v2");
    assertThat(memory.adapter("v1").weights()).isEqualTo(first);
    Adapter adapter = memory.adapter("v2");
    assertThat(adapter.weights()).isEqualTo(second);
    assertThat(adapter.binding().embedder()).isEqualTo(CollectionSpec.CALLER);
    assertThat(adapter.binding().dimension()).isEqualTo(DIMENSION);
    assertThat(adapter.binding().trainer()).isEqualTo("fake-1");
    assertThat(adapter.binding().seed()).isEqualTo(42);
    assertThat(adapter.binding().metrics()).containsEntry("recall@10", 0.5);
    assertThat(adapter.binding().corpusFingerprint()).matches("[0-9a-f]{32}");
    assertThat(adapter.binding().labelFingerprint())
        .matches("[0-9a-f]{32}")
        .isEqualTo(memory.adapter("v1").binding().labelFingerprint());
  }

  @Test
  void versions_beyondNine_areInOrder() throws InterruptedException {
    for (int i = 0; i < 11; i++) {
      publish(collection, first);
    }

    assertThat(names(collection.deepMemory()))
        .isEqualTo(IntStream.rangeClosed(1, 11).mapToObj(i -> "v" + i).toList());
  }

  @Test
  void activate_otherVersion_switchesAndSurvivesARestart() throws InterruptedException {
    publish(collection, first);
    publish(collection, second);

    collection.deepMemory().activate("v1");

    assertThat(collection.deepMemory().activeVersion()).contains("v1");
    assertApplied(AdapterChoice.active(), "v1", first);
    reopen();
    collection = attune.collection("adapted");
    assertThat(collection.deepMemory().activeVersion()).contains("v1");
    assertThat(names(collection.deepMemory())).containsExactly("v1", "v2");
    assertApplied(AdapterChoice.active(), "v1", first);
  }

  @Test
  void deactivate_active_leavesQueriesAsTheyAreAlsoAfterARestart() throws InterruptedException {
    publish(collection, first);

    collection.deepMemory().deactivate();
    collection.deepMemory().deactivate();

    assertThat(collection.deepMemory().activeVersion()).isEmpty();
    assertNotApplied(AdapterChoice.active());
    reopen();
    collection = attune.collection("adapted");
    assertThat(collection.deepMemory().activeVersion()).isEmpty();
    assertNotApplied(AdapterChoice.active());
    assertApplied(AdapterChoice.version("v1"), "v1", first);
  }

  @Test
  void delete_versionThatIsNotActive_isGone() throws InterruptedException {
    publish(collection, first);
    publish(collection, second);
    assertApplied(AdapterChoice.version("v1"), "v1", first);

    collection.deepMemory().delete("v1");

    assertThat(names(collection.deepMemory())).containsExactly("v2");
    assertNotFound(() -> search(AdapterChoice.version("v1"), vectors.get(0)));
    assertThat(Files.exists(adapters().resolve("v1"))).isFalse();
  }

  @Test
  void delete_activeVersion_isRefusedAndKeepsIt() throws InterruptedException {
    publish(collection, first);

    assertRefused(ErrorCode.ADAPTER_INVALID, () -> collection.deepMemory().delete("v1"))
        .withMessageContaining("v1")
        .withMessageContaining("adapted");

    assertApplied(AdapterChoice.active(), "v1", first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"v1", "v0", "v01", "", "../adapted", "active.json", "v2.tmp", "V1", "v9999999999"})
  void unknownVersion_everywhere_isNotFoundNamingTheKnownOnes(String version)
      throws InterruptedException {
    publish(collection, first);
    publish(collection, second);
    collection.deepMemory().delete("v1");

    assertNotFound(() -> search(AdapterChoice.version(version), vectors.get(0)));
    assertNotFound(() -> collection.deepMemory().version(version));
    assertNotFound(() -> collection.deepMemory().activate(version));
    assertNotFound(() -> collection.deepMemory().delete(version));
    assertThat(collection.deepMemory().activeVersion()).contains("v2");
  }

  private static void assertNotFound(ThrowingCallable action) {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(action)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_NOT_FOUND))
        .withMessageContaining("[v2]");
  }

  @Test
  void search_withAndWithoutAdapter_rankByTheAdaptedQuery() throws InterruptedException {
    assertNotApplied(AdapterChoice.active());
    publish(collection, first);
    publish(collection, second);

    assertNotApplied(AdapterChoice.none());
    assertApplied(AdapterChoice.active(), "v2", second);
    assertApplied(AdapterChoice.version("v1"), "v1", first);
    assertApplied(AdapterChoice.version("v2"), "v2", second);
  }

  @Test
  void search_adapterThatTurnsTheQuery_findsWhatItTurnsTo() throws InterruptedException {
    // q + (e2 - e1)(e1·q): what pointed along the first axis points along the second.
    float[] down = new float[DIMENSION];
    down[0] = 1;
    float[] up = new float[DIMENSION];
    up[0] = -1;
    up[1] = 1;
    publish(collection, new AdapterWeights(down, up, new float[DIMENSION], 1));
    float[] along = new float[DIMENSION];
    along[1] = 1;
    collection.upsert(List.of(Document.of("target", Embedding.of(along))));
    along[1] = 0;
    along[0] = 7;

    List<String> found = search(AdapterChoice.active(), Embedding.of(along)).ids();

    assertThat(found).first().isEqualTo("target");
  }

  /** An adapter's result has unit length, which would change what these compare. */
  @ParameterizedTest
  @EnumSource(names = {"EUCLIDEAN", "DOT_PRODUCT"})
  void train_collectionThatDoesNotCompareByCosine_isRefused(Similarity similarity) {
    collection = fill("of-" + similarity.name().toLowerCase(Locale.ROOT), similarity);

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> publish(collection, first))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_INVALID))
        .withMessageContaining("COSINE")
        .withMessageContaining(similarity.name());
    assertThat(collection.deepMemory().jobs()).isEmpty();
    assertThat(names(collection.deepMemory())).isEmpty();
  }

  @Test
  void search_hybridWithAdapter_adaptsTheVectorAndWeighsKeywordsLess() throws InterruptedException {
    publish(collection, first);
    collection.upsert(
        IntStream.range(0, 100)
            .mapToObj(i -> Document.of(ids.get(i), vectors.get(i)))
            .map(
                d ->
                    new Document(
                        d.id(), "blorp ".repeat(1 + d.id().length()), d.metadata(), d.embedding()))
            .toList());
    Embedding vector = vectors.get(3);
    Embedding adapted = new LowRankAdapter(first).adapt(vector);

    double weight = first.profile(SearchMode.HYBRID).keywordWeight().seen();

    SearchResponse hybrid = hybrid(vector, AdapterChoice.active(), Fusion.automatic());

    assertThat(weight).isLessThan(0.5);
    assertThat(hybrid.stats().adapterVersion()).isEqualTo("v1");
    assertThat(hybrid.ids())
        .isEqualTo(hybrid(adapted, AdapterChoice.none(), new Fusion.WeightedScores(weight)).ids());
    assertThat(hybrid.ids())
        .isNotEqualTo(hybrid(vector, AdapterChoice.none(), Fusion.automatic()).ids());
  }

  private SearchResponse hybrid(Embedding vector, AdapterChoice adapter, Fusion fusion) {
    return collection.search(
        SearchRequest.of(new Query.ByTextAndEmbedding("blorp", vector))
            .mode(SearchMode.HYBRID)
            .k(50)
            .adapter(adapter)
            .fusion(fusion)
            .build());
  }

  @Test
  void publish_weightsOfAnotherDimension_failsAndKeepsTheActiveOne() throws InterruptedException {
    publish(collection, first);
    trainer.publish(RandomAdapters.weights(DIMENSION + 1, 2, random));

    JobState state = train(collection).await();

    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.ADAPTER_INVALID);
              assertThat(failed.message()).contains("13", "12", "adapted");
            });
    assertThat(names(collection.deepMemory())).containsExactly("v1");
    assertApplied(AdapterChoice.active(), "v1", first);
  }

  @Test
  void version_replacedFile_isRefusedAndTheActiveOneStays()
      throws IOException, InterruptedException {
    publish(collection, first);
    publish(collection, second);
    reopen();
    collection = attune.collection("adapted");
    Adapter foreign = RandomAdapters.adapter(DIMENSION, 2, random);
    Files.write(adapters().resolve("v1/adapter.safetensors"), AdapterFile.encode(foreign));

    for (ThrowableAssert.ThrowingCallable use :
        List.<ThrowableAssert.ThrowingCallable>of(
            () -> search(AdapterChoice.version("v1"), vectors.get(0)),
            () -> collection.deepMemory().activate("v1"))) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(use)
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
          .withMessageContaining("v1/adapter.safetensors")
          .withMessageContaining("checksum");
    }
    assertApplied(AdapterChoice.active(), "v2", second);
  }

  @Test
  void reopen_unfinishedVersion_isNoVersionAndDoesNotDisturbTheNext()
      throws IOException, InterruptedException {
    publish(collection, first);
    Files.createDirectories(adapters().resolve("v2.tmp"));
    Files.writeString(adapters().resolve("v2.tmp/adapter.safetensors"), "half");
    reopen();
    collection = attune.collection("adapted");

    assertThat(names(collection.deepMemory())).containsExactly("v1");
    assertThat(publish(collection, second)).isEqualTo("v2");
    assertApplied(AdapterChoice.active(), "v2", second);
  }

  @Test
  void collections_adapters_areTheirOwn() throws InterruptedException {
    VectorCollection other = fill("other", Similarity.COSINE);

    publish(other, first);

    assertThat(names(collection.deepMemory())).isEmpty();
    assertNotApplied(AdapterChoice.active());
  }

  private Path adapters() {
    return folder.resolve("collections/adapted/adapters");
  }

  private SearchResponse search(AdapterChoice adapter, Embedding query) {
    return collection.search(
        SearchRequest.vector(query)
            .k(20)
            .adapter(adapter)
            .tuning(SearchTuning.exactScan())
            .build());
  }

  private void assertApplied(AdapterChoice choice, String version, AdapterWeights weights) {
    for (int q = 0; q < 5; q++) {
      Embedding query = Vectors.random(DIMENSION, random);
      Embedding adapted = new LowRankAdapter(weights).adapt(query);

      SearchResponse response = search(choice, query);

      assertThat(response.stats().adapterVersion()).isEqualTo(version);
      assertRanking(
          response.hits(),
          Vectors.bruteForce(collection.spec().similarity(), adapted, ids, vectors),
          20,
          1e-5);
    }
  }

  private void assertNotApplied(AdapterChoice choice) {
    for (int q = 0; q < 5; q++) {
      Embedding query = Vectors.random(DIMENSION, random);

      SearchResponse response = search(choice, query);

      assertThat(response.stats().adapterVersion()).isNull();
      assertRanking(
          response.hits(),
          Vectors.bruteForce(collection.spec().similarity(), query, ids, vectors),
          20,
          1e-5);
    }
  }
}
