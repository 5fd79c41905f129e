package org.attunedb.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.attunedb.core.training.GateDecision.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The values that a trainer takes and gives. */
class AdapterTrainerTest {
  @Test
  void result_publishedWithoutWeights_isRefused() {
    GateDecision published = new GateDecision(Outcome.PUBLISHED, "better", Map.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdapterTrainer.Result(published, Optional.empty()))
        .withMessageContaining("PUBLISHED");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "PUBLISHED")
  void result_notPublished_needsNoWeights(Outcome outcome) {
    GateDecision decision = new GateDecision(outcome, "as it was", Map.of());

    assertThat(new AdapterTrainer.Result(decision, Optional.empty()).weights()).isEmpty();
  }

  @Test
  void decision_metricsChangedLater_keepsItsCopy() {
    Map<String, Double> metrics = new HashMap<>(Map.of("recall@10", 0.8));
    GateDecision decision = new GateDecision(Outcome.NO_HEADROOM, "all found", metrics);

    metrics.clear();

    assertThat(decision.metrics()).containsOnly(Map.entry("recall@10", 0.8));
  }

  @Test
  void listener_andThen_callsInOrder() {
    List<String> calls = new ArrayList<>();
    TrainingListener both =
        ((TrainingListener) event -> calls.add("first " + event))
            .andThen(event -> calls.add("second " + event));
    TrainingEvent event = new TrainingEvent.Started(1, 2, 0.5);

    both.on(event);

    assertThat(calls).containsExactly("first " + event, "second " + event);
  }

  @Test
  void listener_firstFails_secondIsNotCalled() {
    List<TrainingEvent> calls = new ArrayList<>();
    TrainingListener failing =
        event -> {
          throw new IllegalStateException("listener");
        };

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> failing.andThen(calls::add).on(new TrainingEvent.Started(1, 2, 0.5)));
    assertThat(calls).isEmpty();
  }

  @Test
  void token_cancelled_stopsTheTraining() {
    CancellationToken token = new CancellationToken();
    assertThatNoException().isThrownBy(token::throwIfCancelled);

    token.cancel();

    assertThat(token.isCancelled()).isTrue();
    assertThatExceptionOfType(CancellationException.class).isThrownBy(token::throwIfCancelled);
  }
}
