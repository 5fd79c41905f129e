package org.attunedb.training.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/** Counts the native arrays of the whole process. */
final class SystemArrays {
  private SystemArrays() {}

  static int count() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), PyTorch.ENGINE)) {
      NDManager root = manager;
      while (root.getParentManager() != root && root.getParentManager() != null) {
        root = root.getParentManager();
      }
      return root.getManagedArrays().size();
    }
  }
}
