package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.attunedb.core.Refusals.assertRefused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people chose: kept, read back, made into labels. */
class FeedbackTest extends StoreTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");
  private static final Query TONER = new Query.ByText("toner");

  @TempDir private Path elsewhere;
  private VectorCollection collection;
  private FeedbackLog feedback;

  @Override
  AttuneOptions options() {
    AttuneOptions options = AttuneOptions.defaults();
    return new AttuneOptions(
        options.mode(),
        options.durability(),
        options.verifyBytes(),
        Clock.fixed(NOW.plusNanos(999), ZoneOffset.UTC),
        options.random(),
        options.trainer());
  }

  @BeforeEach
  void fill() {
    collection = attune.createCollection("help", CollectionSpec.lexical());
    collection.upsert(
        List.of(
            Document.of("a", "The printer is out of toner."),
            Document.of("b", "The toner of the printer."),
            Document.of("c", "The scanner.")));
    feedback = collection.feedback();
  }

  private static Feedback entry(Query query, List<String> shown, String chosen) {
    return new Feedback(query, shown, Optional.of(chosen), NOW, Optional.empty());
  }

  private static Feedback skip(Query query, List<String> shown) {
    return new Feedback(query, shown, Optional.empty(), NOW, Optional.empty());
  }

  @Test
  void record_everyKindOfEntry_comesBackAsItWasAlsoAfterReopening() {
    Embedding vector = Embedding.of(new float[1024]);
    float[] components = new float[1024];
    components[7] = -0.25f;
    Embedding other = Embedding.of(components);
    List<Feedback> expected =
        List.of(
            new Feedback(TONER, List.of("a", "b"), Optional.of("b"), NOW, Optional.of("v12")),
            skip(TONER, List.of("c")),
            entry(new Query.ByEmbedding(other), List.of("ä€😀", "b"), "ä€😀"),
            entry(new Query.ByTextAndEmbedding("Größe", vector), List.of("a"), "a"));

    feedback.record(TONER, List.of("a", "b"), "b", "v12");
    feedback.record(TONER, List.of("c"), null, null);
    feedback.recordAll(expected.subList(2, 4));

    assertThat(feedback.entries()).containsExactlyElementsOf(expected);
    reopen();
    feedback = attune.collection("help").feedback();
    assertThat(feedback.entries()).containsExactlyElementsOf(expected);
    feedback.record(TONER, List.of("a"), "a", null);
    assertThat(feedback.entries()).hasSize(5).startsWith(expected.get(0));
    assertThat(feedback.stats())
        .satisfies(
            stats -> {
              assertThat(stats.entries()).isEqualTo(5);
              assertThat(stats.choices()).isEqualTo(4);
              assertThat(stats.dropped()).isZero();
              assertThat(stats.unreadableBytes()).isZero();
              assertThat(stats.bytes()).isEqualTo(feedbackBytes());
              assertThat(stats.oldest()).contains(NOW);
              assertThat(stats.newest()).contains(NOW);
            });
  }

  private long feedbackBytes() {
    return StoreTree.walk(folder.resolve("collections/help/feedback")).stream()
        .filter(Files::isRegularFile)
        .mapToLong(file -> file.toFile().length())
        .sum();
  }

  @Test
  void record_response_keepsItsHitsAndAdapter() {
    SearchResponse response = collection.search(SearchRequest.text("toner").k(2).build());

    feedback.record(TONER, response, response.ids().get(1));

    assertThat(feedback.entries())
        .containsExactly(entry(TONER, response.ids(), response.ids().get(1)));
  }

  @Test
  void record_inputThatCantBeKept_isRefusedAndChangesNothing() {
    feedback.record(TONER, List.of("a"), "a", null);
    List<Feedback> before = feedback.entries().toList();
    List<String> many = IntStream.range(0, 1_001).mapToObj(i -> "d" + i).toList();

    assertRefused(ErrorCode.LABELS_INVALID, () -> feedback.record(TONER, List.of(), null, null))
        .withMessageContaining("shows 0 documents, expected 1 to 1000");
    assertRefused(ErrorCode.LABELS_INVALID, () -> feedback.record(TONER, many, null, null));
    assertRefused(ErrorCode.LABELS_INVALID, () -> feedback.record(TONER, List.of("a"), "b", null))
        .withMessageContaining("'b', which was not shown");
    assertRefused(
        ErrorCode.DUPLICATE_ID, () -> feedback.record(TONER, List.of("a", "a"), null, null));
    assertRefused(ErrorCode.ID_INVALID, () -> feedback.record(TONER, List.of(" "), null, null));
    assertRefused(
        ErrorCode.ADAPTER_INVALID, () -> feedback.record(TONER, List.of("a"), null, "best"));
    assertRefused(
        ErrorCode.TEXT_INVALID,
        () -> feedback.record(new Query.ByText("\ud800"), List.of("a"), null, null));
    assertRefused(
        ErrorCode.TEXT_TOO_LARGE,
        () -> feedback.record(new Query.ByText("ä".repeat(32_769)), List.of("a"), null, null));
    assertRefused(
        ErrorCode.OPTION_OUT_OF_RANGE,
        () -> new Feedback(TONER, List.of("a"), Optional.empty(), Instant.MAX, Optional.empty()));
    Query short2 = new Query.ByEmbedding(Embedding.of(1, 2));
    assertRefused(
        ErrorCode.DIMENSION_MISMATCH,
        () ->
            feedback.recordAll(
                List.of(entry(TONER, List.of("a"), "a"), entry(short2, List.of("a"), "a"))));

    assertThat(feedback.entries()).containsExactlyElementsOf(before);
  }

  @Test
  void record_largestEntry_comesBack() {
    List<String> shown =
        IntStream.range(0, Feedback.MAX_SHOWN)
            .mapToObj(i -> String.format(Locale.ROOT, "%0512d", i))
            .toList();
    Query text = new Query.ByText("x".repeat(Feedback.MAX_TEXT_BYTES));

    feedback.record(text, shown, shown.getLast(), null);

    assertThat(feedback.entries()).containsExactly(entry(text, shown, shown.getLast()));
  }

  @Test
  void record_readOnlyStore_isRefusedAndReadsWhatIsThere() {
    feedback.record(TONER, List.of("a"), "a", null);
    try (Attune reader = Attune.openReadOnly(folder)) {
      FeedbackLog readOnly = reader.collection("help").feedback();

      assertThat(readOnly.entries()).containsExactly(entry(TONER, List.of("a"), "a"));
      Assertions.assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> readOnly.record(TONER, List.of("a"), "a", null))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
      // The reader sees what the writer adds.
      feedback.record(TONER, List.of("b"), "b", null);
      assertThat(readOnly.entries()).hasSize(2);
    }
  }

  @Test
  void record_closedStore_isRefused() {
    attune.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> feedback.record(TONER, List.of("a"), "a", null));
  }

  @Test
  void clear_entries_areGoneAndNewOnesAreKept() {
    assertThat(feedback.clear()).isZero();
    feedback.record(TONER, List.of("a"), "a", null);
    feedback.record(TONER, List.of("b"), "b", null);

    assertThat(feedback.clear()).isEqualTo(2);

    assertThat(feedback.entries()).isEmpty();
    feedback.record(TONER, List.of("c"), "c", null);
    assertThat(feedback.entries()).containsExactly(entry(TONER, List.of("c"), "c"));
  }

  @Test
  void toTrainingSet_choices_weighTheInverseOfTheirPropensity() {
    List<String> shown = List.of("a", "b", "c", "d");
    Query scanner = new Query.ByText("scanner");
    feedback.recordAll(
        List.of(
            skip(new Query.ByText("never"), shown),
            entry(TONER, shown, "a"),
            entry(scanner, shown, "d"),
            entry(new Query.ByText(" toner "), shown, "c"),
            entry(TONER, shown, "a"),
            skip(TONER, shown),
            entry(TONER, shown, "d"),
            entry(new Query.ByText(" "), shown, "a")));

    LabelledQueries labels = feedback.toTrainingSet(new PositionBias(1, 3.5));

    assertThat(labels.queries()).containsExactly(TONER, scanner);
    // a: 1 + 1, c: 3, d: 4 clipped to 3.5; relative to the best.
    assertThat(labels.relevance().get(0).grades())
        .isEqualTo(Map.of("a", 2 / 3.5, "c", 3 / 3.5, "d", 1.0));
    assertThat(labels.relevance().get(1).grades()).isEqualTo(Map.of("d", 1.0));
    assertThat(feedback.toTrainingSet(new PositionBias(0, 10)).relevance().getFirst().grades())
        .isEqualTo(Map.of("a", 1.0, "c", 0.5, "d", 0.5));
  }

  @Test
  void toTrainingSet_vectors_areMergedByValue() {
    Embedding one = unit(1);
    Embedding two = unit(2);
    feedback.recordAll(
        List.of(
            entry(new Query.ByEmbedding(one), List.of("a"), "a"),
            entry(new Query.ByEmbedding(two), List.of("b"), "b"),
            entry(new Query.ByEmbedding(unit(1)), List.of("c"), "c"),
            entry(new Query.ByTextAndEmbedding("x", two), List.of("a"), "a"),
            entry(new Query.ByTextAndEmbedding("x", one), List.of("b"), "b")));

    LabelledQueries labels = feedback.toTrainingSet(PositionBias.defaults());

    assertThat(labels.queries())
        .containsExactly(
            new Query.ByEmbedding(one),
            new Query.ByEmbedding(two),
            new Query.ByTextAndEmbedding("x", two));
    assertThat(labels.relevance().get(0).grades()).containsOnlyKeys("a", "c");
    assertThat(labels.relevance().get(2).grades()).containsOnlyKeys("a", "b");
  }

  private static Embedding unit(int axis) {
    float[] components = new float[1024];
    components[axis] = 1;
    return Embedding.of(components);
  }

  /** Relevant documents at low ranks are looked at less often; the weights make up for that. */
  @Test
  void positionBias_simulatedClicks_recoverTheRelevances() {
    double[] relevance = {0.2, 0.8, 0.5, 0.9, 0.1};
    double[] estimate = new double[relevance.length];
    PositionBias bias = new PositionBias(1, 10);
    SplittableRandom random = new SplittableRandom(7);
    int impressions = 200_000;
    for (int i = 0; i < impressions; i++) {
      for (int rank = 1; rank <= relevance.length; rank++) {
        if (random.nextDouble() < relevance[rank - 1] / rank) {
          estimate[rank - 1] += bias.weight(rank) / impressions;
        }
      }
    }

    // Four standard errors of the noisiest estimate, that of rank 4.
    assertThat(estimate)
        .containsExactly(relevance, Assertions.within(4 * Math.sqrt(3.6 * 0.9 / impressions)));
  }

  @Test
  void positionBias_outOfRange_isRefused() {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new PositionBias(-0.1, 10));
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new PositionBias(Double.NaN, 10));
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new PositionBias(1, 0.5));
  }

  @Test
  void backup_bothModes_holdTheEntriesAndDoNotChangeWithTheStore() {
    feedback.record(TONER, List.of("a"), "a", null);
    for (BackupMode mode : BackupMode.values()) {
      List<Feedback> then = feedback.entries().toList();
      Path backup = elsewhere.resolve("backup-" + mode);
      attune.backup(backup, mode, ByteProgress.none());
      feedback.record(TONER, List.of("b"), "b", null);
      collection.feedback().flush();

      assertThat(Attune.verify(backup, ByteProgress.none()).isSound()).isTrue();
      Path restored = elsewhere.resolve("restored-" + mode);
      Attune.restore(backup, restored, RestoreMode.NEW, ByteProgress.none());
      try (Attune copy = Attune.open(restored)) {
        assertThat(copy.collection("help").feedback().entries()).containsExactlyElementsOf(then);
      }
    }
  }

  @Test
  void rename_collection_keepsItsFeedback() {
    feedback.record(TONER, List.of("a"), "a", null);

    attune.renameCollection("help", "support");

    FeedbackLog renamed = attune.collection("support").feedback();
    renamed.record(TONER, List.of("b"), "b", null);
    assertThat(renamed.entries()).hasSize(2);
  }

  @Test
  void verify_everyByteOfTheFirstEntryOrHeaderFlipped_isFound() throws Exception {
    feedback.record(TONER, List.of("a"), "a", null);
    feedback.record(TONER, List.of("b"), "b", null);
    attune.close();
    Path file = folder.resolve("collections/help/feedback/0000000000000000.feedback");
    byte[] sound = Files.readAllBytes(file);
    assertThat(Attune.verify(folder, ByteProgress.none()).isSound()).isTrue();
    int firstEnd = (sound.length - 16) / 2 + 16;

    for (int i = 0; i < firstEnd; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= 0x10;
      Files.write(file, damaged);
      assertThat(Attune.verify(folder, ByteProgress.none()).isSound()).as("byte %d", i).isFalse();
    }
  }
}
