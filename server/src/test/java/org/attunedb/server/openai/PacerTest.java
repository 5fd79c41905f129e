package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PacerTest {
  private final FakeTime time = new FakeTime();

  @Test
  void await_requestsPerMinute_areSpaced() throws InterruptedException {
    Pacer pacer = new Pacer(new RateLimit(120, 0), time);
    for (int i = 0; i < 5; i++) {
      pacer.await(1_000);
    }
    assertThat(time.slept()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void await_tokensPerMinute_areSpaced() throws InterruptedException {
    Pacer pacer = new Pacer(new RateLimit(0, 6_000), time);
    pacer.await(1_000);
    pacer.await(1);
    assertThat(time.slept()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void await_noLimit_doesNotWait() throws InterruptedException {
    Pacer pacer = new Pacer(RateLimit.none(), time);
    pacer.await(1_000_000);
    pacer.await(1_000_000);
    assertThat(time.slept()).isZero();
  }

  /** Those that were waiting when the pause began must not start all at once when it is over. */
  @Test
  void pause_whileOthersWait_movesThemAllAndKeepsTheirDistance() throws InterruptedException {
    SteppedTime steps = new SteppedTime();
    Pacer pacer = new Pacer(new RateLimit(60, 0), steps);
    BlockingQueue<Duration> starts = new LinkedBlockingQueue<>();
    pacer.await(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        threads.execute(
            () -> {
              try {
                pacer.await(1);
                starts.add(Duration.ofNanos(steps.nanoTime()));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
      }
      steps.awaitSleepers(4);
      pacer.pause(Duration.ofSeconds(10));

      steps.pass(Duration.ofSeconds(9));
      steps.awaitSleepers(4);
      assertThat(starts).isEmpty();
      for (int second = 10; second <= 13; second++) {
        steps.pass(Duration.ofSeconds(1));
        assertThat(starts.poll(30, TimeUnit.SECONDS)).isEqualTo(Duration.ofSeconds(second));
        steps.awaitSleepers(13 - second);
        assertThat(starts).isEmpty();
      }
    }
  }

  @Test
  void pause_holdsBackTheNext() throws InterruptedException {
    Pacer pacer = new Pacer(RateLimit.none(), time);
    pacer.pause(Duration.ofSeconds(3));
    pacer.await(1);
    assertThat(time.slept()).isEqualTo(Duration.ofSeconds(3));
  }
}
