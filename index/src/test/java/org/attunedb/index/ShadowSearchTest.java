package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.evaluation.SignTest;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Searches in two ways: one is shown, both are compared. */
class ShadowSearchTest extends StoreTest {
  private static final int DIMENSION = 12;

  private final SplittableRandom random = new SplittableRandom(9);
  private final FakeTrainer trainer = new FakeTrainer();
  private VectorCollection collection;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  @BeforeEach
  void fill() throws InterruptedException {
    collection =
        attune.createCollection("shadowed", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    collection.upsert(
        IntStream.range(0, 200)
            .mapToObj(i -> Document.of("d" + i, Vectors.random(DIMENSION, random)))
            .toList());
    trainer.publish(RandomAdapters.weights(DIMENSION, 3, random));
    collection
        .deepMemory()
        .train(
            TrainingRequest.of(
                LabelledQueries.ofVectors(
                    List.of(Vectors.random(DIMENSION, random)),
                    List.of(List.of(RelevantDocument.of("d7"))))))
        .await();
    collection.deepMemory().deactivate();
  }

  private SearchRequest request() {
    return SearchRequest.vector(Vectors.random(DIMENSION, random)).k(10).build();
  }

  private static ShadowOptions v1() {
    return ShadowOptions.of(AdapterChoice.version("v1"));
  }

  private List<String> withV1(SearchRequest request) {
    return collection
        .search(
            SearchRequest.of(request.query()).k(10).adapter(AdapterChoice.version("v1")).build())
        .ids();
  }

  @Test
  void search_twoWays_showsTheOneAskedForAndComparesBoth() {
    ShadowSearch shadow = collection.shadow(v1());
    double overlap = 0;
    int different = 0;
    for (int i = 0; i < 20; i++) {
      SearchRequest request = request();
      List<String> plain = collection.search(request).ids();
      List<String> other = withV1(request);
      Set<String> common = new HashSet<>(plain);
      common.retainAll(other);
      overlap += common.size() / 10.0;
      different += plain.equals(other) ? 0 : 1;

      assertThat(shadow.search(request).response().ids()).isEqualTo(plain);
    }

    ShadowReport report = shadow.report();

    assertThat(different).isPositive();
    assertThat(report.searches()).isEqualTo(20);
    assertThat(report.compared()).isEqualTo(20);
    assertThat(report.failed()).isZero();
    assertThat(report.different()).isEqualTo(different);
    assertThat(report.overlap().orElseThrow()).isCloseTo(overlap / 20, within(1e-9));
    assertThat(report.rankBiasedOverlap().orElseThrow()).isStrictlyBetween(0.0, 1.0);
    assertThat(report.choices()).isEqualTo(new SignTest(0, 0, 1));
  }

  @Test
  void search_sameWayTwice_agrees() {
    ShadowSearch shadow = collection.shadow(ShadowOptions.of(AdapterChoice.active()));
    shadow.search(request());

    assertThat(shadow.report().different()).isZero();
    assertThat(shadow.report().overlap()).hasValue(1);
    assertThat(shadow.report().rankBiasedOverlap().orElseThrow()).isCloseTo(1, within(1e-12));
  }

  @Test
  void choose_documents_countForTheWayThatRankedThemHigher() {
    ShadowSearch shadow = collection.shadow(v1());
    int wins = 0;
    int losses = 0;
    int ties = 0;
    for (int i = 0; i < 60; i++) {
      SearchRequest request = request();
      ShadowSearch.Answer answer = shadow.search(request);
      String chosen = answer.response().ids().get(i % 10);
      int after = withV1(request).indexOf(chosen);
      wins += after >= 0 && after < i % 10 ? 1 : 0;
      losses += after < 0 || after > i % 10 ? 1 : 0;
      ties += after == i % 10 ? 1 : 0;

      assertThat(shadow.choose(answer.ticket(), chosen)).isTrue();
      assertThat(shadow.choose(answer.ticket(), chosen)).isFalse();
    }

    assertThat(wins).isPositive();
    assertThat(losses).isPositive();
    assertThat(shadow.report().choices()).isEqualTo(SignTest.of(wins, losses));
    assertThat(shadow.report().ties()).isEqualTo(ties);
  }

  @Test
  void choose_unknownTicketOrDocument_countsNothing() {
    ShadowSearch shadow = collection.shadow(v1());
    ShadowSearch.Answer answer = shadow.search(request());

    assertThat(shadow.choose(answer.ticket() + 1, "d1")).isFalse();
    assertRefused(ErrorCode.LABELS_INVALID, () -> shadow.choose(answer.ticket(), "never"))
        .withMessageContaining("'never' is not among the hits");
    assertThat(shadow.choose(answer.ticket(), answer.response().ids().getFirst())).isTrue();
  }

  @Test
  void search_executor_answersBeforeTheShadowAndCountsAnEarlyChoiceLater() {
    List<Runnable> waiting = new ArrayList<>();
    ShadowSearch shadow = collection.shadow(v1().withExecutor(waiting::add));
    SearchRequest request = request();
    ShadowSearch.Answer answer = shadow.search(request);
    assertThat(shadow.choose(answer.ticket(), answer.response().ids().get(9))).isTrue();
    assertThat(shadow.report().compared()).isZero();
    List<String> other = withV1(request);
    // Both ways see the same documents, whatever is written meanwhile.
    collection.truncate();

    waiting.forEach(Runnable::run);

    ShadowReport report = shadow.report();
    assertThat(report.compared()).isOne();
    Set<String> common = new HashSet<>(answer.response().ids());
    common.retainAll(other);
    assertThat(report.overlap()).hasValue(common.size() / 10.0);
    assertThat(report.choices().wins() + report.choices().losses() + report.ties()).isOne();
  }

  @Test
  void search_shadowThatFails_isCountedAndNeverShown() {
    List<Runnable> waiting = new ArrayList<>();
    ShadowSearch unknown = collection.shadow(ShadowOptions.of(AdapterChoice.version("v9")));
    ShadowSearch rejected =
        collection.shadow(
            v1().withExecutor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    ShadowSearch late = collection.shadow(v1().withExecutor(waiting::add));

    assertThat(unknown.search(request()).response().hits()).hasSize(10);
    assertThat(rejected.search(request()).response().hits()).hasSize(10);
    assertThat(late.search(request()).response().hits()).hasSize(10);
    attune.close();
    waiting.forEach(Runnable::run);

    for (ShadowSearch shadow : List.of(unknown, rejected, late)) {
      assertThat(shadow.report().failed()).isOne();
      assertThat(shadow.report().compared()).isZero();
      assertThat(shadow.report().overlap()).isEmpty();
    }
  }

  @Test
  void search_badRequest_isRefusedAndNotCounted() {
    ShadowSearch shadow = collection.shadow(v1());

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> shadow.search(SearchRequest.vector(Embedding.of(1, 2)).build()));
    assertThat(shadow.report().searches()).isZero();
    assertThat(shadow.report().failed()).isZero();
  }

  @Test
  void search_oneInThreeAndKeyword_areShadowedInTurn() {
    ShadowSearch shadow = collection.shadow(v1().withEvery(3));
    shadow.search(SearchRequest.text("words").mode(SearchMode.KEYWORD).build());
    for (int i = 0; i < 7; i++) {
      shadow.search(request());
    }

    assertThat(shadow.report().searches()).isEqualTo(8);
    assertThat(shadow.report().compared()).isEqualTo(3);
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> v1().withEvery(0));
  }

  @Test
  void choose_olderThanWhatIsHeld_isForgotten() {
    ShadowSearch shadow = collection.shadow(v1());
    ShadowSearch.Answer first = shadow.search(request());
    int enough = ShadowSearch.MAX_OPEN_IDS / 400;
    ShadowSearch.Answer last = first;
    SearchRequest large =
        SearchRequest.vector(Vectors.random(DIMENSION, random)).k(200).withDocuments(false).build();
    for (int i = 0; i <= enough; i++) {
      last = shadow.search(large);
    }

    assertThat(shadow.choose(first.ticket(), first.response().ids().getFirst())).isFalse();
    assertThat(shadow.choose(last.ticket(), last.response().ids().getFirst())).isTrue();
  }

  @Test
  void search_manyThreads_countsEverything() throws InterruptedException {
    ShadowSearch shadow = collection.shadow(v1());
    List<SearchRequest> requests = IntStream.range(0, 200).mapToObj(i -> request()).toList();
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                t ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              for (SearchRequest request : requests) {
                                ShadowSearch.Answer answer = shadow.search(request);
                                shadow.choose(answer.ticket(), answer.response().ids().getLast());
                              }
                            }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }

    ShadowReport report = shadow.report();
    assertThat(report.searches()).isEqualTo(800);
    assertThat(report.compared()).isEqualTo(800);
    assertThat(report.choices().wins() + report.choices().losses() + report.ties()).isEqualTo(800);
  }
}
