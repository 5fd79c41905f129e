package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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

  @Test
  void pause_holdsBackTheNext() throws InterruptedException {
    Pacer pacer = new Pacer(RateLimit.none(), time);
    pacer.pause(Duration.ofSeconds(3));
    pacer.await(1);
    assertThat(time.slept()).isEqualTo(Duration.ofSeconds(3));
  }
}
