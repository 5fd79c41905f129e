package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchTimingTest {
  private interface Action {
    void run(int query) throws IOException;
  }

  private static Lookup<Integer> lookup(Action action) {
    return new Lookup<>() {
      @Override
      public Integer find(int query) throws IOException {
        action.run(query);
        return query;
      }

      @Override
      public int[] rows(Integer answer) {
        return new int[] {answer};
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 4", "3, 2"})
  void of_threadsAndRounds_searchEveryQueryOnceInEach(int threads, int rounds) throws Exception {
    AtomicIntegerArray calls = new AtomicIntegerArray(10);

    SearchTiming timing =
        SearchTiming.of(
            lookup(calls::incrementAndGet), 10, new EngineTask.Timing(threads, rounds, 0));

    for (int q = 0; q < 10; q++) {
      assertThat(calls.get(q)).isEqualTo(threads * rounds);
    }
    assertThat(timing.qps()).isPositive();
    assertThat(timing.p99Micros()).isGreaterThanOrEqualTo(timing.p50Micros());
  }

  @Test
  void of_severalThreads_searchAtTheSameTime() throws Exception {
    CyclicBarrier meeting = new CyclicBarrier(3);
    Lookup<Integer> waits =
        lookup(
            query -> {
              try {
                meeting.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IOException("the others did not come", e);
              }
            });

    SearchTiming timing = SearchTiming.of(waits, 5, new EngineTask.Timing(3, 1, 0));

    assertThat(timing.qps()).isPositive();
  }

  @Test
  void of_slowQueries_areSeenInTheFigures() throws Exception {
    Lookup<Integer> sleeps =
        lookup(
            query -> {
              try {
                Thread.sleep(query == 0 ? 40 : 2);
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            });

    SearchTiming timing = SearchTiming.of(sleeps, 20, new EngineTask.Timing(1, 1, 0));

    assertThat(timing.p50Micros()).isBetween(2_000.0, 40_000.0);
    assertThat(timing.p99Micros()).isGreaterThanOrEqualTo(40_000);
    assertThat(timing.qps()).isLessThanOrEqualTo(20 / 0.078);
  }

  @Test
  void of_failingSearch_isNotSwallowed() {
    Lookup<Integer> fails =
        lookup(
            query -> {
              throw new IOException("disk on fire");
            });

    assertThatThrownBy(() -> SearchTiming.of(fails, 5, new EngineTask.Timing(2, 1, 0)))
        .hasMessageContaining("disk on fire");
  }

  @Test
  void warmUp_seconds_areSpent() throws IOException {
    long start = System.nanoTime();
    SearchTiming.warmUp(lookup(query -> {}), 3, 0.05);

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
  }
}
