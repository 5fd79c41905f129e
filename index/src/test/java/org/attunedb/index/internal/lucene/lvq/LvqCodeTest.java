package org.attunedb.index.internal.lucene.lvq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LvqCodeTest {
  private final SplittableRandom random = new SplittableRandom(3);

  /** Kinds of vectors: how far around what each component lies. */
  record Kind(int dimension, double centre, double width) {}

  static Stream<Kind> kinds() {
    return Stream.of(1, 2, 3, 17, 128, 768, 4_096)
        .flatMap(
            d ->
                List.of(
                    new Kind(d, 0, 1 / Math.sqrt(d)),
                    new Kind(d, 0, 1e-30),
                    new Kind(d, 0, 1e15),
                    new Kind(d, 1, 1e-3),
                    new Kind(d, -5, 1e-7),
                    new Kind(d, 0.25, 0),
                    new Kind(d, 0, 0))
                    .stream());
  }

  private float[] vector(Kind kind) {
    float[] vector = new float[kind.dimension];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (kind.centre + kind.width * random.nextGaussian());
    }
    return vector;
  }

  private static byte[] encoded(float[] vector) {
    byte[] record = new byte[LvqCode.recordBytes(vector.length)];
    LvqCode.encode(vector, record);
    return record;
  }

  private static float[] decoded(byte[] record) {
    float[] vector = new float[record.length - LvqCode.EXTRA_BYTES];
    LvqCode.decode(record, vector);
    return vector;
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }

  /** What merges, changes of metadata, and an export that is imported again rely on. */
  @ParameterizedTest
  @MethodSource("kinds")
  void encode_decodedVector_decodesToTheSame(Kind kind) {
    for (int i = 0; i < 50; i++) {
      float[] once = decoded(encoded(vector(kind)));

      assertThat(decoded(encoded(once))).isEqualTo(once);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void decode_encoded_isWithinAStepAndHasTheSameLength(Kind kind) {
    for (int i = 0; i < 50; i++) {
      float[] vector = vector(kind);
      byte[] record = encoded(vector);
      float[] decoded = decoded(record);

      double greatest = length(vector);
      for (int c = 0; c < vector.length; c++) {
        // Half a step for rounding, the rest for the length.
        assertThat((double) decoded[c])
            .isCloseTo(vector[c], within(0.75 * LvqCode.step(record) + 1e-6 * greatest));
      }
      assertThat(length(decoded)).isCloseTo(greatest, within(2e-6 * greatest));
      assertThat(LvqCode.squares(record))
          .isCloseTo(greatest * greatest, within(4e-6 * greatest * greatest));
    }
  }

  @Test
  void encode_leastAndGreatest_areKept() {
    float[] vector = {-0.5f, 0.1f, 0.25f, 0.5f};

    float[] decoded = decoded(encoded(vector));

    assertThat(decoded[0]).isCloseTo(-0.5f, within(2e-3f));
    assertThat(decoded[3]).isEqualTo(-decoded[0]);
  }

  @ParameterizedTest
  @EnumSource
  void score_query_isThatOfTheDecodedVector(VectorSimilarityFunction similarity) {
    for (int dimension : new int[] {1, 2, 31, 768, 4_096}) {
      for (int i = 0; i < 20; i++) {
        float[] query = unit(dimension);
        byte[] record = encoded(unit(dimension));

        float score = new LvqQuery.OfVector(similarity, query).score(record);

        assertThat(score).isCloseTo(similarity.compare(query, decoded(record)), within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void score_record_isThatOfTheDecodedVectors(VectorSimilarityFunction similarity) {
    for (int dimension : new int[] {1, 2, 31, 768, 4_096}) {
      LvqQuery.OfRecord query = new LvqQuery.OfRecord(similarity, dimension);
      for (int i = 0; i < 20; i++) {
        byte[] one = encoded(unit(dimension));
        byte[] other = encoded(unit(dimension));
        query.set(one);

        assertThat(query.score(other))
            .isCloseTo(similarity.compare(decoded(one), decoded(other)), within(2e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void score_sameRecord_isTheBestPossible(VectorSimilarityFunction similarity) {
    float[] vector = decoded(encoded(unit(64)));
    float same = new LvqQuery.OfVector(similarity, vector).score(encoded(vector));

    for (int i = 0; i < 100; i++) {
      float other = new LvqQuery.OfVector(similarity, vector).score(encoded(unit(64)));
      assertThat(other).isLessThan(same);
    }
  }

  /** Lengths up to what a collection takes: the square root of the greatest float. */
  @ParameterizedTest
  @EnumSource
  void score_longestVectors_isFinite(VectorSimilarityFunction similarity) {
    float[] longest = new float[4];
    Arrays.fill(longest, 0.49f * (float) Math.sqrt(Float.MAX_VALUE));
    float[] opposite = longest.clone();
    opposite[0] = -opposite[0];

    assertThat(new LvqQuery.OfVector(similarity, longest).score(encoded(longest))).isFinite();
    assertThat(new LvqQuery.OfVector(similarity, longest).score(encoded(opposite))).isFinite();
  }

  private float[] unit(int dimension) {
    float[] vector = vector(new Kind(dimension, 0, 1));
    double length = length(vector);
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }
}
