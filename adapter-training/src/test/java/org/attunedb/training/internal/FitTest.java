package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingEvent.Stepped;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.training.Synthetic;
import org.junit.jupiter.api.Test;

class FitTest {
  private static final TrainingSet SET = new Synthetic(1).trainingSet(100, 0);

  /** 100 queries in batches of 4: 25 steps an epoch, 8 and 4 epochs. */
  @Test
  void run_threeHundredSteps_leavesNoArraysBehind() {
    PyTorch.start(1, 1);
    List<Integer> arrays = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    Candidates candidates = Candidates.of(SET, 1, Candidates.FULL_CORPUS);
    try (Tensors tensors = new Tensors(SET.corpus(), candidates, SET.queries(), Device.cpu())) {
      int before = SystemArrays.count();
      TrainingListener listener =
          event -> {
            if (event instanceof Stepped step) {
              steps.add(step.step());
              arrays.add(SystemArrays.count());
            }
          };
      TrainingConfig config = new TrainingConfig(42, 16, 8, 4, 1e-3, 1e-3, 40, 1);
      Fit fit =
          new Fit(
              tensors,
              SET.queries().stream().map(candidates::targets).toList(),
              candidates.size(),
              config,
              new Progress(300, listener, new CancellationToken()),
              new FittedFactors(CheckpointStore.none()));

      Factors factors =
          fit.run(
              "fit",
              IntStream.range(0, 100).boxed().toList(),
              SET.corpus().dimension(),
              (epoch, loss, block) -> {});

      assertThat(factors.isFinite()).isTrue();
      assertThat(steps).hasSize(Fit.steps(config, 100)).hasSize(300);
      assertThat(SystemArrays.count()).isEqualTo(before);
      assertThat(arrays.get(199)).isEqualTo(arrays.get(10));
      assertThat(arrays.get(299)).isEqualTo(arrays.get(210));
    }
  }
}
