package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OwnedAdamTest {
  @BeforeAll
  static void start() {
    PyTorch.start(1, 1);
  }

  private static Adam.Builder settings() {
    return Adam.builder().optLearningRateTracker(Tracker.fixed(0.1f)).optWeightDecays(0.01f);
  }

  @Test
  void update_severalSteps_areThoseOfDjlsAdam() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), PyTorch.ENGINE)) {
      NDArray own = manager.create(new float[] {1, -2, 3});
      NDArray theirs = manager.create(new float[] {1, -2, 3});
      NDArray gradient = manager.create(new float[] {0.5f, 0.1f, -4});
      OwnedAdam adam = new OwnedAdam(settings(), manager);
      Adam expected = settings().build();

      for (int step = 0; step < 5; step++) {
        adam.update("w", own, gradient);
        expected.update("w", theirs, gradient);
      }

      assertThat(own.toFloatArray()).isEqualTo(theirs.toFloatArray()).isNotEqualTo(new float[3]);
    }
  }

  @Test
  void update_ownerClosed_releasesTheMoments() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), PyTorch.ENGINE)) {
      NDArray weight = manager.create(new float[] {1, 2});
      NDArray gradient = manager.create(new float[] {1, 1});
      NDManager owner = manager.newSubManager();
      OwnedAdam adam = new OwnedAdam(settings(), owner);

      adam.update("w", weight, gradient);
      adam.update("w", weight, gradient);
      List<NDArray> moments = List.copyOf(owner.getManagedArrays());
      owner.close();

      assertThat(moments).hasSize(2).allMatch(NDArray::isReleased);
      assertThat(weight.isReleased()).isFalse();
    }
  }
}
