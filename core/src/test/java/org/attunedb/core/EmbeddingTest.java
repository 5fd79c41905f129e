package org.attunedb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.Arrays;
import java.util.Random;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTest {
  @Test
  void of_arrayChangedLater_keepsItsCopy() {
    float[] floats = {1, 2, 3};
    double[] doubles = {1, 2, 3};
    Embedding fromFloats = Embedding.of(floats);
    Embedding fromDoubles = Embedding.of(doubles);

    floats[0] = Float.NaN;
    doubles[0] = 9;

    assertThat(fromFloats.get(0)).isEqualTo(1);
    assertThat(fromDoubles).isEqualTo(fromFloats);
  }

  @Test
  void toArray_resultChanged_leavesTheEmbedding() {
    Embedding embedding = Embedding.of(1, 2, 3);

    embedding.toArray()[0] = 9;

    assertThat(embedding.toArray()).containsExactly(1, 2, 3);
  }

  @Test
  void copyTo_offset_fillsOnlyItsPlace() {
    float[] target = {9, 9, 9, 9, 9};

    Embedding.of(1, 2).copyTo(target, 2);

    assertThat(target).containsExactly(9, 9, 1, 2, 9);
  }

  @Test
  void of_doubles_roundsToTheNearestFloat() {
    assertThat(Embedding.of(new double[] {0.1, 16_777_217, -1e-50}))
        .isEqualTo(Embedding.of(0.1f, 16_777_216f, -0.0f));
  }

  @Test
  void of_noComponents_isRefused() {
    assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> Embedding.of(new float[0]));
    assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> Embedding.of(new double[0]));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void of_componentNotFinite_isRefusedNamingItsIndex(float bad) {
    for (int index = 0; index < 4; index++) {
      float[] components = {1, 2, 3, 4};
      components[index] = bad;

      assertRefused(ErrorCode.VECTOR_NOT_FINITE, () -> Embedding.of(components))
          .withMessageContaining("component " + index + " is " + bad);
    }
  }

  @Test
  void of_doubleBeyondTheRangeOfFloat_isRefusedNamingItsIndex() {
    assertRefused(ErrorCode.VECTOR_NOT_FINITE, () -> Embedding.of(new double[] {0, 1e39}))
        .withMessageContaining("component 1");
  }

  @Test
  void of_squaredNormAtTheLimitOfFloat_isAcceptedAndOneStepBeyondRefused() {
    float limit = Math.nextDown(0x1p64f);
    float square = limit * limit;

    assertThat(square).isFinite();
    assertThat(Embedding.of(limit).norm()).isEqualTo(limit);
    assertRefused(ErrorCode.VECTOR_NORM_OVERFLOW, () -> Embedding.of(0x1p64f));
    assertRefused(ErrorCode.VECTOR_NORM_OVERFLOW, () -> Embedding.of(-limit, limit));
    assertRefused(ErrorCode.VECTOR_NORM_OVERFLOW, () -> Embedding.of(3e38f, 0));
  }

  @Test
  void equals_everyBit_counts() {
    Embedding embedding = Embedding.of(0f, 1f, 0.1f);

    assertThat(embedding)
        .isEqualTo(Embedding.of(0f, 1f, 0.1f))
        .hasSameHashCodeAs(Embedding.of(0f, 1f, 0.1f))
        .isNotEqualTo(Embedding.of(-0f, 1f, 0.1f))
        .isNotEqualTo(Embedding.of(0f, 1f, Math.nextUp(0.1f)))
        .isNotEqualTo(Embedding.of(0f, 1f))
        .isNotEqualTo(embedding.toArray());
  }

  @Test
  void dot_cancellation_isAccumulatedInDoublePrecision() {
    // In float, 2^24 + 1 is 2^24, and the sum would be 0.
    Embedding left = Embedding.of(0x1p24f, 1, -0x1p24f);

    assertThat(left.dot(Embedding.of(1, 1, 1))).isEqualTo(1);
    assertThat(Embedding.of(1e-30f, 0).norm()).isCloseTo(1e-30, within(1e-36));
  }

  @Test
  void dot_otherDimension_isRefusedNamingBoth() {
    assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> Embedding.of(1, 2).dot(Embedding.of(1, 2, 3)))
        .withMessageContaining("3 dimensions, expected 2");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-44, 1e-38, 1e-20, 1e-3, 1, 3, 1e10, 1e16})
  void normalized_anyScale_isUnitLengthAndParallel(double scale) {
    Random random = new Random(31);
    for (int round = 0; round < 200; round++) {
      double[] components = new double[1 + random.nextInt(64)];
      Arrays.setAll(components, i -> scale * (1 + Math.abs(random.nextGaussian())));
      Embedding embedding = Embedding.of(components);

      Embedding unit = embedding.normalized();

      assertThat(unit.norm()).isCloseTo(1, within(1e-6));
      assertThat(unit.dot(embedding)).isCloseTo(embedding.norm(), within(2e-6 * embedding.norm()));
      assertThat(unit.normalized()).isSameAs(unit);
    }
  }

  @Test
  void normalized_workedExample_equalsValueByHand() {
    assertThat(Embedding.of(3, 0, -4).normalized()).isEqualTo(Embedding.of(0.6f, 0f, -0.8f));
  }

  @Test
  void normalized_lengthAlmostOne_comesBackUnchanged() {
    Embedding almost = Embedding.of(1 + 8e-7f, 0);
    Embedding tooLong = Embedding.of(1 + 2e-6f, 0);

    assertThat(almost.normalized()).isSameAs(almost);
    assertThat(tooLong.normalized()).isEqualTo(Embedding.of(1, 0));
  }

  @Test
  void normalized_zero_comesBackUnchanged() {
    Embedding zero = Embedding.of(0f, -0f);

    assertThat(zero.normalized()).isSameAs(zero);
  }

  @Test
  void isZero_smallestComponent_isNotZero() {
    assertThat(Embedding.of(0f, -0f).isZero()).isTrue();
    assertThat(Embedding.of(0f, Float.MIN_VALUE).isZero()).isFalse();
    assertThat(Embedding.of(-1f, 0f).isZero()).isFalse();
  }
}
