package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
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
    "0, 0",
    "511, 0",
    "512, 1",
    "2000, 1",
    "2100, 2",
    "8000, 2",
    "8800, 3",
    "32000, 3",
    "35000, 4",
    "65000, 4",
    "68000, 5",
    "97000, 5",
    "102000, 6"
  })
  void edition_differentQueries_risesAsTheSampleBecomesAnother(int queries, int edition) {
    offer(0, queries);

    assertThat(sample.edition()).isEqualTo(edition);
    assertThat(sample.queries()).hasSize(Math.min(queries, QuerySample.SIZE));
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
  void offer_othersCome_forgetsWhatComesNoMore() {
    offer(0, 1_000_000);

    offer(1_000_000, 1_100_000);

    // Half are gone after 23,000 queries.
    assertThat(sample.queries().stream().filter(query -> query[0] < 1_000_000).count())
        .isLessThan(QuerySample.SIZE / 8);
  }

  @Test
  void offer_severalThreads_keepsDifferentOnesAndGoesOn() throws InterruptedException {
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                thread ->
                    Thread.ofPlatform()
                        .start(() -> offer(thread * 100_000, thread * 100_000 + 50_000)))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    int edition = sample.edition();

    offer(1_000_000, 1_100_000);

    assertThat(sample.queries().stream().map(Arrays::toString).distinct())
        .hasSize(QuerySample.SIZE);
    assertThat(sample.edition()).isBetween(edition + 2, edition + 4);
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
    int all = 16_000;
    long[] quarters = new long[4];
    int runs = 20;
    for (int run = 0; run < runs; run++) {
      QuerySample drawn = new QuerySample(new SplittableRandom(run));
      IntStream.range(0, all).forEach(number -> drawn.offer(query(number)));
      drawn.queries().forEach(query -> quarters[(int) query[0] / (all / 4)]++);
      assertThat(drawn.queries().stream().map(Arrays::toString).distinct())
          .hasSize(QuerySample.SIZE);
    }

    double expected = runs * QuerySample.SIZE / 4.0;
    double deviation = Math.sqrt(expected * 3 / 4);
    for (long count : quarters) {
      assertThat(1.0 * count).isBetween(expected - 4 * deviation, expected + 4 * deviation);
    }
  }
}
