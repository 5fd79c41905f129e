package org.attunedb.training.internal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** Starts the engine without letting it call home or download anything. */
public final class PyTorch {
  static final String ENGINE = "PyTorch";
  static final Device DEVICE = Device.cpu();

  private PyTorch() {}

  /** Makes the engine ready; loads its native library on the first call. */
  public static void start(int threads, long seed) {
    // Without these DJL downloads natives that are missing and reports its start to its makers.
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    Engine engine = Engine.getEngine(ENGINE);
    engine.setRandomSeed((int) (seed ^ (seed >>> 32)));
    JniUtils.setNumThreads(threads);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
