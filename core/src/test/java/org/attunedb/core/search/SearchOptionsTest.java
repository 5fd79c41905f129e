package org.attunedb.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Fusion}, {@link SearchTuning}, {@link Mmr} and {@link SearchAfter}. */
class SearchOptionsTest {
  @ParameterizedTest
  @ValueSource(
      doubles = {-0.01, -Double.MIN_VALUE, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void weightedScores_weightOutOfRange_isRefused(double weight) {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new Fusion.WeightedScores(weight))
        .withMessageContaining(Double.toString(weight));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, 0.3, 1})
  void weightedScores_weightInRange_isAccepted(double weight) {
    assertThat(new Fusion.WeightedScores(weight).keywordWeight()).isEqualTo(weight);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void reciprocalRank_constantBelowOne_isRefused(int constant) {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new Fusion.ReciprocalRank(constant))
        .withMessageContaining("" + constant);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60, Integer.MAX_VALUE})
  void reciprocalRank_constantInRange_isAccepted(int constant) {
    assertThat(new Fusion.ReciprocalRank(constant).constant()).isEqualTo(constant);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10_001, Integer.MAX_VALUE})
  void tuning_efOutOfRange_isRefused(int ef) {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new SearchTuning(ef, false))
        .withMessageContaining("ef is " + ef);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10_000})
  void tuning_efInRange_isAccepted(int ef) {
    assertThat(new SearchTuning(ef, true).ef()).isEqualTo(ef);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void mmr_lambdaOutOfRange_isRefused(double lambda) {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new Mmr(lambda, 10))
        .withMessageContaining("lambda is " + lambda);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1_001})
  void mmr_candidatesOutOfRange_isRefused(int candidates) {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new Mmr(0.5, candidates))
        .withMessageContaining("candidates is " + candidates);
  }

  @Test
  void searchAfter_notANumber_isRefused() {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> new SearchAfter(Float.NaN, "a"))
        .withMessageContaining("NaN");
  }
}
