package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingEvent.EpochFinished;
import org.attunedb.core.training.TrainingEvent.Stepped;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final List<TrainingEvent> events = new ArrayList<>();
  private final CancellationToken cancellation = new CancellationToken();

  @Test
  void step_severalStages_countsOverTheWholeTraining() {
    Progress progress = new Progress(3, events::add, cancellation);

    progress.stage("one");
    progress.step(1, 0.5);
    progress.step(2, 0.4);
    progress.stage("two");
    progress.step(1, 0.3);

    assertThat(events)
        .extracting(
            event -> event instanceof Stepped s ? s.stage() + s.epoch() + "/" + s.step() : "")
        .containsExactly("one1/1", "one2/2", "two1/3");
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            Stepped.class,
            last -> {
              assertThat(last.steps()).isEqualTo(3);
              assertThat(last.loss()).isEqualTo(0.3);
              assertThat(last.eta()).isEqualTo(Duration.ZERO);
            });
  }

  @Test
  void epoch_beforeAnyStep_hasAnEstimateOfSensibleSize() {
    Progress progress = new Progress(10, events::add, cancellation);

    progress.epoch(1, 0.5, 0.6, 0.1);

    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            EpochFinished.class,
            epoch -> assertThat(epoch.eta()).isBetween(Duration.ZERO, Duration.ofHours(1)));
  }

  @Test
  void step_cancelled_throwsAndTellsNobody() {
    Progress progress = new Progress(10, events::add, cancellation);
    cancellation.cancel();

    assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> progress.step(1, 0.5));
    assertThat(events).isEmpty();
  }
}
