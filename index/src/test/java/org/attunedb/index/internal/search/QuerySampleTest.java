package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuerySampleTest {
  private final QuerySample sample = new QuerySample(new SplittableRandom(1));

  private static float[] query(int number) {
    return new float[] {number, 1};
  }

  private void offer(int from, int to) {
    IntStream.range(from, to).forEach(number -> sample.offer(query(number)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", "127, 0", "128, 1", "511, 1", "512, 2", "2000, 2", "2100, 3", "8000, 3", "9000, 4"
  })
  void edition_differentQueries_risesWithWhatTheSampleSays(int queries, int edition) {
    offer(0, queries);

    assertThat(sample.edition()).isEqualTo(edition);
    assertThat(sample.queries()).hasSize(Math.min(queries, QuerySample.MOST));
  }

  @Test
  void offer_sameQueryAgain_countsOnce() {
    for (int i = 0; i < 10_000; i++) {
      sample.offer(query(i % 100));
    }

    assertThat(sample.queries()).hasSize(100);
    assertThat(sample.edition()).isZero();
  }

  @Test
  void offer_longVectors_keepsFewer() {
    for (int i = 0; i < 600; i++) {
      float[] query = new float[4_096];
      query[i] = 1;
      sample.offer(query);
    }

    assertThat(sample.queries()).hasSize(256);
  }

  @Test
  void offer_arrayIsChangedLater_keepsWhatCame() {
    float[] query = query(7);
    sample.offer(query);

    query[0] = 8;

    assertThat(sample.queries().getFirst()).containsExactly(7, 1);
  }

  /** Expected are 128 of each quarter, with a standard deviation of about 10. */
  @Test
  void offer_manyMoreThanThereIsRoomFor_takesEachWithTheSameChance() {
    int all = 40_000;
    long[] quarters = new long[4];
    int runs = 20;
    for (int run = 0; run < runs; run++) {
      QuerySample drawn = new QuerySample(new SplittableRandom(run));
      IntStream.range(0, all).forEach(number -> drawn.offer(query(number)));
      drawn.queries().forEach(query -> quarters[(int) query[0] / (all / 4)]++);
      assertThat(drawn.queries().stream().map(Arrays::toString).distinct())
          .hasSize(QuerySample.MOST);
    }

    double expected = runs * QuerySample.MOST / 4.0;
    double deviation = Math.sqrt(expected * 3 / 4);
    for (long count : quarters) {
      assertThat(1.0 * count).isBetween(expected - 4 * deviation, expected + 4 * deviation);
    }
  }
}
