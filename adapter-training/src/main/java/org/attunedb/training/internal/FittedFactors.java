package org.attunedb.training.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.attunedb.core.training.CheckpointStore;

/**
 * Keeps fitted factors as checkpoints: four little-endian integers (version, dimension, rank, and
 * the optimiser steps that the fit took), then both matrices as floats.
 */
final class FittedFactors {
  private static final int VERSION = 1;
  private static final int HEADER = 4 * Integer.BYTES;

  private final CheckpointStore store;

  FittedFactors(CheckpointStore store) {
    this.store = store;
  }

  /** The factors of a stage, if they were kept and are of the expected shape. */
  Optional<Factors> read(String stage, int dimension, int rank, int steps) {
    return store.read(name(stage)).flatMap(bytes -> decode(bytes, dimension, rank, steps));
  }

  void write(String stage, Factors factors, int steps) {
    int floats = factors.in().length + factors.out().length;
    long size = HEADER + (long) floats * Float.BYTES;
    if (size > CheckpointStore.MAX_BYTES) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(VERSION).putInt(factors.dimension()).putInt(factors.rank()).putInt(steps);
    bytes.asFloatBuffer().put(factors.in()).put(factors.out());
    store.write(name(stage), bytes.array());
  }

  private static String name(String stage) {
    return stage.replaceAll("[^a-z0-9]+", "-");
  }

  private static Optional<Factors> decode(byte[] content, int dimension, int rank, int steps) {
    int floats = 2 * dimension * rank;
    if (content.length != HEADER + floats * Float.BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt() != VERSION
        || bytes.getInt() != dimension
        || bytes.getInt() != rank
        || bytes.getInt() != steps) {
      return Optional.empty();
    }
    float[] in = new float[dimension * rank];
    float[] out = new float[dimension * rank];
    bytes.asFloatBuffer().get(in).get(out);
    Factors factors = new Factors(dimension, rank, in, out);
    return factors.isFinite() ? Optional.of(factors) : Optional.empty();
  }
}
