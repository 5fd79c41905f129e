package org.attunedb.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.time.Duration;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.filter.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class SearchRequestTest {
  private static final Embedding VECTOR = Embedding.of(1, 0);

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void build_kOutOfRange_isRefused(int k) {
    assertRefused(ErrorCode.K_OUT_OF_RANGE, () -> SearchRequest.text("q").k(k).build())
        .withMessageContaining("k is " + k)
        .withMessageContaining("10000");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10_000})
  void build_kAtTheLimits_isAccepted(int k) {
    assertThat(SearchRequest.vector(VECTOR).k(k).build().k()).isEqualTo(k);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "VECTOR")
  void build_keywordsWithoutText_isRefused(SearchMode mode) {
    assertRefused(
            ErrorCode.OPTION_OUT_OF_RANGE, () -> SearchRequest.vector(VECTOR).mode(mode).build())
        .withMessageContaining(mode.name());
  }

  @ParameterizedTest
  @EnumSource
  void build_textAndVector_fitsEveryMode(SearchMode mode) {
    Query query = new Query.ByTextAndEmbedding("q", VECTOR);

    assertThat(SearchRequest.of(query).mode(mode).build().mode()).isEqualTo(mode);
    assertThat(SearchRequest.text("q").mode(mode).build().query().text()).isEqualTo("q");
  }

  @Test
  void build_filterTooDeep_isRefusedWithoutExhaustingTheStack() {
    Filter filter = new Filter.Exists("a");
    for (int i = 0; i < 100_000; i++) {
      filter = Filter.not(filter);
    }
    SearchRequest.Builder request = SearchRequest.text("q").filter(filter);

    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, request::build);
  }

  @Test
  void build_everyOption_isTakenOver() {
    Filter filter = Filter.eq("a", 1);

    SearchRequest request =
        SearchRequest.text("q")
            .k(3)
            .mode(SearchMode.HYBRID)
            .filter(filter)
            .adapter(AdapterChoice.version("v2"))
            .fusion(new Fusion.ReciprocalRank(60))
            .tuning(new SearchTuning(50, true))
            .withDocuments(false)
            .offset(4)
            .minScore(-0.5)
            .mmr(new Mmr(0.7, 50))
            .timeout(Duration.ofSeconds(2))
            .build();

    assertThat(request)
        .isEqualTo(
            new SearchRequest(
                new Query.ByText("q"),
                3,
                SearchMode.HYBRID,
                filter,
                new AdapterChoice.Version("v2"),
                new Fusion.ReciprocalRank(60),
                new SearchTuning(50, true),
                false,
                4,
                null,
                -0.5,
                new Mmr(0.7, 50),
                Duration.ofSeconds(2)));
  }

  @Test
  void build_noOption_hasTheDocumentedDefaults() {
    assertThat(SearchRequest.vector(VECTOR).build())
        .isEqualTo(
            new SearchRequest(
                new Query.ByEmbedding(VECTOR),
                10,
                SearchMode.VECTOR,
                null,
                new AdapterChoice.Active(),
                new Fusion.Automatic(),
                new SearchTuning(0, false),
                true,
                0,
                null,
                null,
                null,
                null));
  }

  @Test
  void after_hit_isItsPlace() {
    SearchHit hit = new SearchHit("d1", -0.0f, 7, null);

    assertThat(SearchRequest.text("q").after(hit).build().after())
        .isEqualTo(new SearchAfter(0, "d1"));
  }

  @ParameterizedTest
  @CsvSource({"-1,10", "9991,10", "1,10000", "2147483647,1"})
  void build_offsetOutOfRange_isRefused(int offset, int k) {
    assertRefused(
            ErrorCode.OPTION_OUT_OF_RANGE,
            () -> SearchRequest.text("q").k(k).offset(offset).build())
        .withMessageContaining("offset is " + offset)
        .withMessageContaining("k " + k);
  }

  @Test
  void build_optionsAtTheLimits_areAccepted() {
    SearchRequest request =
        SearchRequest.text("q").k(10).offset(9_990).timeout(Duration.ofNanos(1)).build();

    assertThat(request.offset()).isEqualTo(9_990);
    assertThat(SearchRequest.text("q").k(10).mmr(new Mmr(0, 10)).build().mmr()).isNotNull();
    assertThat(SearchRequest.text("q").after(SearchAfter.start()).build().after()).isNotNull();
  }

  @Test
  void build_placesThatContradict_areRefused() {
    SearchRequest.Builder behind = SearchRequest.text("q").after(new SearchAfter(1, "a"));

    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> behind.offset(3).build())
        .withMessageContaining("offset is 3");
    assertRefused(
            ErrorCode.OPTION_OUT_OF_RANGE, () -> behind.offset(0).mmr(new Mmr(1, 100)).build())
        .withMessageContaining("mmr");
  }

  @Test
  void build_fewerCandidatesThanHits_isRefused() {
    SearchRequest.Builder request = SearchRequest.text("q").k(10).offset(5).mmr(new Mmr(0.5, 14));

    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, request::build)
        .withMessageContaining("14")
        .withMessageContaining("15");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void build_minScoreNotFinite_isRefused(double score) {
    assertRefused(
            ErrorCode.OPTION_OUT_OF_RANGE, () -> SearchRequest.text("q").minScore(score).build())
        .withMessageContaining("minScore is " + score);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void build_timeoutNotPositive_isRefused(long nanos) {
    SearchRequest.Builder request = SearchRequest.text("q").timeout(Duration.ofNanos(nanos));

    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, request::build).withMessageContaining("timeout");
  }
}
