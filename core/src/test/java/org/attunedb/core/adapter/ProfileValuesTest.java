package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.Map;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Curves, blends and profiles. */
class ProfileValuesTest {
  @Test
  void at_logistic_isTheFormula() {
    Logistic curve = new Logistic(12, -6);

    assertThat(curve.at(0.5)).isEqualTo(0.5);
    assertThat(curve.at(1)).isCloseTo(1 / (1 + Math.exp(-6)), within(1e-15));
    assertThat(curve.at(-1)).isCloseTo(1 / (1 + Math.exp(18)), within(1e-15));
    assertThat(Logistic.UNKNOWN.at(0.3)).isEqualTo(0.5);
  }

  @Test
  void at_steepestCurves_stayProbabilities() {
    for (float intercept : new float[] {-Float.MAX_VALUE, 0, Float.MAX_VALUE}) {
      Logistic curve = new Logistic(Float.MAX_VALUE, intercept);
      for (double x : new double[] {-1.01, -1, 0, 1, 1.01}) {
        assertThat(curve.at(x)).isBetween(0.0, 1.0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e-6f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void construct_slopeOutOfRange_isRefused(float slope) {
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> new Logistic(slope, 0))
        .withMessageContaining("" + slope);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void construct_interceptNotFinite_isRefused(float intercept) {
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> new Logistic(1, intercept));
  }

  @Test
  void at_blend_goesFromUnseenToSeen() {
    Blend blend = new Blend(0.25f, 0.75f);

    assertThat(blend.at(0)).isEqualTo(0.25);
    assertThat(blend.at(0.5)).isEqualTo(0.5);
    assertThat(blend.at(1)).isEqualTo(0.75);
    assertThat(blend.isConstant()).isFalse();
    assertThat(Blend.constant(0.1f).isConstant()).isTrue();
    assertThat(new Blend(1, 0).at(0.25)).isEqualTo(0.75);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e-6f, 1.000001f, Float.NaN})
  void construct_shareOutOfRange_isRefused(float share) {
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> new Blend(share, 0));
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> new Blend(0, share));
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e-6f, 10.00001f, Float.NaN, Float.POSITIVE_INFINITY})
  void construct_memoryWeightOutOfRange_isRefused(float weight) {
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> profile(weight))
        .withMessageContaining("" + weight);
  }

  /** Nothing of the adapter: ranked as without; all of it: keywords matter less. */
  @Test
  void constant_share_hasTheKeywordWeightThatSuitsIt() {
    assertThat(ModeProfile.constant(0).keywordWeight().at(0.5))
        .isEqualTo(Fusion.Automatic.BASE_KEYWORD_WEIGHT);
    assertThat(ModeProfile.constant(1).keywordWeight()).isEqualTo(Blend.constant(1f / 3));
    assertThat(ModeProfile.constant(0.5f).keywordWeight()).isEqualTo(Blend.constant(1f / 3));
  }

  @Test
  void construct_weightsWithoutAMemoryThatAProfileNeeds_areRefused() {
    for (ModeProfile needy :
        new ModeProfile[] {
          profile(0.1f),
          new ModeProfile(true, new Blend(0, 1), Blend.constant(0.5f), 0),
          new ModeProfile(true, Blend.constant(1), new Blend(0.5f, 0.25f), 0)
        }) {
      assertRefused(
              ErrorCode.ADAPTER_INVALID,
              () ->
                  weights(
                      Map.of(SearchMode.VECTOR, ModeProfile.constant(1), SearchMode.HYBRID, needy)))
          .withMessageContaining("memory");
    }
  }

  @Test
  void construct_profilesOfOtherModes_areRefused() {
    ModeProfile profile = ModeProfile.constant(1);

    assertRefused(ErrorCode.ADAPTER_INVALID, () -> weights(Map.of(SearchMode.VECTOR, profile)));
    assertRefused(
        ErrorCode.ADAPTER_INVALID,
        () ->
            weights(
                Map.of(
                    SearchMode.VECTOR, profile,
                    SearchMode.HYBRID, profile,
                    SearchMode.KEYWORD, profile)));
  }

  private static AdapterWeights weights(Map<SearchMode, ModeProfile> profiles) {
    return new AdapterWeights(new float[2], new float[2], new float[2], profiles, null);
  }

  private static ModeProfile profile(float memoryWeight) {
    return new ModeProfile(true, Blend.constant(1), Blend.constant(0.5f), memoryWeight);
  }
}
