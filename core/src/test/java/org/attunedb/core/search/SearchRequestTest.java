package org.attunedb.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.filter.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                false));
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
                true));
  }
}
