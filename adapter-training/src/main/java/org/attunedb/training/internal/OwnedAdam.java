package org.attunedb.training.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.optimizer.Adam;
import java.util.Map;
import java.util.function.Function;

/**
 * Adam whose moments belong to a manager and are freed with it. DJL's own detaches them from every
 * manager, so that they stay in native memory for as long as the process lives.
 */
final class OwnedAdam extends Adam {
  private final NDManager owner;

  OwnedAdam(Adam.Builder settings, NDManager owner) {
    super(settings);
    this.owner = owner;
  }

  @Override
  protected NDArray withDefaultState(
      Map<String, Map<Device, NDArray>> states,
      String parameter,
      Device device,
      Function<String, NDArray> initial) {
    NDArray state = super.withDefaultState(states, parameter, device, initial);
    if (state.getManager() != owner) {
      state.attach(owner);
    }
    return state;
  }
}
