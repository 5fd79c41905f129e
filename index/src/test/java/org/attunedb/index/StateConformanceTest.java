package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.attunedb.core.Refusals.assertRefused;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models, adapters, trainings and stores that misbehave. Names begin with the row of the project's
 * table of bad input, as in {@link BadInputConformanceTest}.
 */
@Timeout(60)
class StateConformanceTest extends StoreTest {
  private static final EmbedderInfo MODEL = new EmbedderInfo("acme", 2);
  private static final SearchRequest BY_VECTOR =
      SearchRequest.vector(Embedding.of(1, 0)).k(1_000).build();

  private final FakeTrainer trainer = new FakeTrainer();
  private VectorCollection collection;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  @BeforeEach
  void fill() {
    collection = attune.createCollection("docs", CollectionSpec.vectors(2, Similarity.COSINE));
    collection.upsert(
        List.of(Document.of("a", Embedding.of(1, 0)), Document.of("b", Embedding.of(0, 1))));
  }

  /** A model whose answers are bent. */
  private record Model(UnaryOperator<List<Embedding>> bend) implements Embedder {
    @Override
    public EmbedderInfo info() {
      return MODEL;
    }

    @Override
    public List<Embedding> embedDocuments(List<String> texts) {
      return bend.apply(texts.stream().map(text -> Embedding.of(1, text.length())).toList());
    }

    @Override
    public List<Embedding> embedQueries(List<String> texts) {
      return embedDocuments(texts);
    }
  }

  static Stream<Arguments> brokenModels() {
    UnaryOperator<List<Embedding>> fewer = vectors -> vectors.subList(1, vectors.size());
    UnaryOperator<List<Embedding>> more =
        vectors -> Stream.of(vectors, vectors).flatMap(List::stream).toList();
    UnaryOperator<List<Embedding>> wider =
        vectors -> vectors.stream().map(v -> Embedding.of(1, 2, 3)).toList();
    UnaryOperator<List<Embedding>> nan = vectors -> List.of(Embedding.of(Float.NaN, 1));
    UnaryOperator<List<Embedding>> down =
        vectors -> {
          throw new UncheckedIOException(new IOException("status 503"));
        };
    return Stream.of(
        Arguments.argumentSet("row 68: fewer items", fewer, "returned"),
        Arguments.argumentSet("row 68: more items", more, "returned"),
        Arguments.argumentSet("row 68: wrong dimension", wider, "3 dimensions"),
        Arguments.argumentSet("row 68: NaN", nan, "NaN"),
        Arguments.argumentSet("row 68: server error", down, "status 503"));
  }

  @ParameterizedTest
  @MethodSource("brokenModels")
  void model_thatFails_leavesTheCollectionAsItWas(
      UnaryOperator<List<Embedding>> broken, String message) {
    boolean[] bent = {false};
    Model model = new Model(vectors -> bent[0] ? broken.apply(vectors) : vectors);
    VectorCollection texts = attune.createCollection("texts", model);
    texts.upsert(List.of(Document.of("old", "x")));
    List<Document> before = texts.scan(null, 10, null);
    bent[0] = true;

    assertThatThrownBy(
            () -> texts.upsert(List.of(Document.of("c", "x"), Document.of("old", "other"))))
        .hasMessageContaining(message);
    assertThatThrownBy(() -> texts.search(SearchRequest.text("x").build()))
        .hasMessageContaining(message);

    bent[0] = false;
    assertThat(texts.scan(null, 10, null)).isEqualTo(before);
    texts.upsert(List.of(Document.of("new", "works")));
    assertThat(texts.search(SearchRequest.text("x").build()).ids()).contains("old", "new");
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  static Stream<Arguments> badAdapterFiles() {
    byte[] good = AdapterFile.encode(RandomAdapters.adapter(2, 1, new SplittableRandom(1)));
    byte[] nan = good.clone();
    // The last four bytes are a weight.
    nan[nan.length - 1] = 0x7f;
    nan[nan.length - 2] = (byte) 0xc0;
    return Stream.of(
        Arguments.argumentSet("row 75: truncated", Arrays.copyOf(good, good.length - 1)),
        Arguments.argumentSet("row 75: empty", new byte[0]),
        Arguments.argumentSet("row 75: NaN weight", nan),
        Arguments.argumentSet("row 75: pickle", bytes("\u0080\u0004\u0095cposix\nsystem\n")),
        Arguments.argumentSet("row 75: TorchScript", bytes("PK\u0003\u0004archive/data.pkl")));
  }

  @ParameterizedTest
  @MethodSource("badAdapterFiles")
  void adapterFile_thatIsNone_isRefusedAndTheActiveOneStays(byte[] content)
      throws IOException, InterruptedException {
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> AdapterFile.decode(content, "some.file"))
        .withMessageContaining("some.file");
    publish(RandomAdapters.weights(2, 1, new SplittableRandom(2)));
    publish(RandomAdapters.weights(2, 1, new SplittableRandom(3)));
    List<String> active = search(AdapterChoice.active());
    reopen();
    collection = attune.collection("docs");
    Files.write(folder.resolve("collections/docs/adapters/v1/adapter.safetensors"), content);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> collection.deepMemory().activate("v1"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
        .withMessageContaining("v1/adapter.safetensors");

    assertThat(collection.deepMemory().activeVersion()).contains("v2");
    assertThat(search(AdapterChoice.active())).isEqualTo(active);
  }

  private List<String> search(AdapterChoice choice) {
    return collection
        .search(SearchRequest.vector(Embedding.of(3, 4)).adapter(choice).build())
        .ids();
  }

  private void publish(AdapterWeights weights) throws InterruptedException {
    trainer.publish(weights);
    assertThat(train().await()).isInstanceOf(JobState.Completed.class);
  }

  private TrainingJob train() {
    return collection.deepMemory().train(TrainingRequest.of(labels("a")));
  }

  private static LabelledQueries labels(String document) {
    return LabelledQueries.ofVectors(
        List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of(document))));
  }

  @Test
  @DisplayName("row 75: weights of another dimension are not published")
  void adapter_ofAnotherDimension_isRefusedAndTheActiveOneStays() throws InterruptedException {
    publish(RandomAdapters.weights(2, 1, new SplittableRandom(2)));
    trainer.publish(RandomAdapters.weights(3, 1, new SplittableRandom(3)));

    assertThat(train().await())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.ADAPTER_INVALID));
    assertThat(collection.deepMemory().versions())
        .extracting(AdapterVersion::name)
        .containsExactly("v1");
    assertThat(collection.deepMemory().activeVersion()).contains("v1");
  }

  @ParameterizedTest(name = "row 76: {0}")
  @ValueSource(strings = {"0 pairs", "rate 1e9", "rate NaN", "1e9 epochs", "0 epochs"})
  void training_badRequest_isRefusedWithoutAJob(String fault) {
    ErrorCode code =
        fault.equals("0 pairs") ? ErrorCode.TOO_FEW_LABELS : ErrorCode.OPTION_OUT_OF_RANGE;

    assertRefused(code, () -> collection.deepMemory().train(request(fault)));

    assertThat(collection.deepMemory().jobs()).isEmpty();
    assertThat(collection.deepMemory().versions()).isEmpty();
  }

  private static TrainingRequest request(String fault) {
    return switch (fault) {
      case "rate 1e9" -> request(8, 1e9);
      case "rate NaN" -> request(8, Double.NaN);
      case "1e9 epochs" -> request(1_000_000_000, 1e-3);
      case "0 epochs" -> request(0, 1e-3);
      default -> TrainingRequest.of(LabelledQueries.ofVectors(List.of(), List.of()));
    };
  }

  private static TrainingRequest request(int epochs, double rate) {
    return TrainingRequest.of(labels("a"))
        .withConfig(new TrainingConfig(1, 1, epochs, 1, rate, 0, 1, 1));
  }

  @ParameterizedTest(name = "row 76: {0}")
  @ValueSource(strings = {"unknown ids", "loss NaN"})
  void training_thatCantSucceed_failsAndPublishesNothing(String fault) throws InterruptedException {
    TrainingRequest request = TrainingRequest.of(labels("a"));
    ErrorCode code = ErrorCode.TRAINING_FAILED;
    if (fault.equals("unknown ids")) {
      request = TrainingRequest.of(labels("nowhere")).asStrict();
      code = ErrorCode.LABELS_UNKNOWN_DOCUMENT;
    }
    trainer.follow(
        (set, listener, cancellation) -> {
          throw new TrainingException(ErrorCode.TRAINING_FAILED, "the loss became NaN");
        });
    List<String> before = search(AdapterChoice.active());

    JobState state = collection.deepMemory().train(request).await();

    assertThat(state).isInstanceOf(JobState.Failed.class);
    assertThat(((JobState.Failed) state).code()).isEqualTo(code);
    assertThat(collection.deepMemory().versions()).isEmpty();
    assertThat(search(AdapterChoice.active())).isEqualTo(before);
  }

  @Test
  @DisplayName("row 79: a write whose thread is interrupted is kept or absent, and writing goes on")
  void upsert_interrupted_isWholeOrAbsentAndTheStoreGoesOn() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(79);
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 40; i++) {
      String first = "i" + i;
      List<Document> batch =
          List.of(
              Document.of(first, Embedding.of(1, i)),
              Document.of("second-" + i, Embedding.of(2, i)));
      boolean before = i % 4 == 0;
      Thread writer =
          Thread.ofPlatform()
              .unstarted(
                  () -> {
                    if (before) {
                      Thread.currentThread().interrupt();
                    }
                    try {
                      collection.upsert(batch);
                      acknowledged.add(first);
                    } catch (RuntimeException e) {
                      // Its outcome is unknown.
                    }
                  });
      writer.start();
      LockSupport.parkNanos(random.nextLong(3_000_000));
      writer.interrupt();
      writer.join();
    }

    collection.upsert(List.of(Document.of("after", Embedding.of(1, 1))));
    requireWholeBatches(acknowledged);
    List<Document> seen = collection.scan(null, 1_000, null);
    reopen();
    collection = attune.collection("docs");
    assertThat(collection.scan(null, 1_000, null)).isEqualTo(seen);
    assertThat(collection.search(BY_VECTOR).ids()).hasSameSizeAs(seen);
  }

  private void requireWholeBatches(Set<String> acknowledged) {
    assertThat(collection.ids(null, 1_000, null)).containsAll(acknowledged).contains("after");
    for (int i = 0; i < 40; i++) {
      assertThat(collection.get("second-" + i).isPresent())
          .isEqualTo(collection.get("i" + i).isPresent());
    }
  }

  @ParameterizedTest(name = "row 80: newer {0}")
  @ValueSource(strings = {"attune.json", "collections/docs/collection.json"})
  void open_newerFormat_isRefusedWithVersionsAndUntouched(String name) throws IOException {
    close();
    Path file = folder.resolve(name);
    byte[] original = Files.readAllBytes(file);
    ObjectNode json = StrictJson.readObject(Files.readString(file), name);
    json.remove("crc32c");
    json.put("formatVersion", 99);
    SealedJson.write(new StoreFiles(new DiskFileOps()), file, json);
    byte[] written = Files.readAllBytes(file);

    for (OpenMode mode : List.of(OpenMode.OPEN, OpenMode.READ_ONLY)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> openDocs(mode))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT))
          .withMessageContaining(file.toString())
          .withMessageContaining("99");
    }

    assertThat(Files.readAllBytes(file)).isEqualTo(written);
    Files.write(file, original);
    open();
    assertThat(attune.collection("docs").count(null)).isEqualTo(2);
  }

  private void openDocs(OpenMode mode) {
    try (Attune opened = Attune.open(folder, options().withMode(mode))) {
      opened.collection("docs");
    }
  }
}
