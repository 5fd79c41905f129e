package org.attunedb.training.internal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;

/** Starts the engine without letting it call home or download anything. */
public final class PyTorch {
  static final String ENGINE = "PyTorch";

  /** Without these DJL downloads natives that are missing and reports its start to its makers. */
  private static final List<String> OFF_LINE = List.of("ai.djl.offline", "OPT_OUT_TRACKING");

  private PyTorch() {}

  /**
   * Makes the engine ready for a training on the calling thread; loads its native library on the
   * first call.
   *
   * @param threads for the operations of the calling thread
   * @throws TrainingException {@code training_failed} if there is no native library for this
   *     platform on the class path, or it can't be loaded
   */
  public static void start(int threads, long seed) {
    try {
      Engine engine = load();
      engine.setRandomSeed((int) (seed ^ (seed >>> 32)));
      JniUtils.setNumThreads(threads);
    } catch (EngineException | LinkageError e) {
      throw new TrainingException(
          ErrorCode.TRAINING_FAILED,
          "the PyTorch engine did not start: %s; it needs ai.djl.pytorch:pytorch-native-cpu for this platform on the class path"
              .formatted(rootMessage(e)),
          e);
    }
  }

  /**
   * The device of a {@link org.attunedb.core.training.TrainingConfig}. The engine must have been
   * started.
   *
   * @throws TrainingException {@code training_failed} if the engine does not see it
   */
  static Device device(String name) {
    int gpus = name.equals("cpu") ? 0 : gpus();
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return Device.cpu();
    }
    int number = name.equals("auto") ? 0 : Integer.parseInt(name.substring("gpu:".length()));
    if (number >= gpus) {
      throw new TrainingException(
          ErrorCode.TRAINING_FAILED,
          "device %s was asked for, but the PyTorch engine sees %s GPUs; it needs PyTorch's CUDA libraries (docs/adapter.md)"
              .formatted(name, gpus));
    }
    return Device.gpu(number);
  }

  private static int gpus() {
    try {
      return Engine.getEngine(ENGINE).getGpuCount();
    } catch (LinkageError e) {
      // Counting needs JNA, which a process that trains on the CPU may leave out.
      return 0;
    }
  }

  /**
   * Loads the engine with DJL's switches against downloads and telemetry on. Both matter only while
   * it loads; afterwards the application's own settings are back, for its own use of DJL.
   */
  private static Engine load() {
    List<String> set = OFF_LINE.stream().filter(name -> System.getProperty(name) == null).toList();
    set.forEach(name -> System.setProperty(name, "true"));
    try {
      return Engine.getEngine(ENGINE);
    } finally {
      set.forEach(System::clearProperty);
    }
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }
}
