package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LargestTest {
  private final SplittableRandom random = new SplittableRandom(4);

  /** Few different numbers, so that the place decides often; now and then none at all. */
  @Test
  void of_anyNumbers_equalsASort() {
    for (int i = 0; i < 2_000; i++) {
      int length = random.nextInt(60);
      int offset = random.nextInt(4);
      int count = random.nextInt(70);
      float[] numbers = new float[offset + length + random.nextInt(3)];
      for (int n = 0; n < numbers.length; n++) {
        numbers[n] = random.nextInt(12) == 0 ? Float.NaN : random.nextInt(8) - 4;
      }

      int[] places = Largest.of(numbers, offset, length, count);

      int[] expected =
          IntStream.range(0, length)
              .boxed()
              .sorted(
                  Comparator.comparingDouble(
                          (Integer p) ->
                              Float.isNaN(numbers[offset + p])
                                  ? Double.POSITIVE_INFINITY
                                  : -numbers[offset + p])
                      .thenComparing(p -> p))
              .limit(count)
              .mapToInt(p -> p)
              .toArray();
      assertThat(places).isEqualTo(expected);
    }
  }

  @Test
  void of_infinities_areOrderedAsNumbers() {
    float[] numbers = {Float.NEGATIVE_INFINITY, Float.NaN, 0, Float.POSITIVE_INFINITY, -0.0f};

    assertThat(Largest.of(numbers, 0, 5, 5)).containsExactly(3, 2, 4, 0, 1);
  }
}
