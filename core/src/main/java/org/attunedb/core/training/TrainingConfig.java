package org.attunedb.core.training;

import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * How to train. The defaults were chosen on several collections together; see docs/adapter.md.
 *
 * @param seed of shuffles, folds and resampling: the same seed, machine and threads give the same
 *     weights, bit for bit
 * @param rank of the residual matrix, 1 to 512; lowered to the dimension where that is smaller
 * @param maxEpochs passes over the labels in each fit, 1 to 1,000
 * @param batchSize queries in one optimiser step, 1 to 4,096
 * @param learningRate of Adam, above 0 to 1
 * @param shrink weight of the squared Frobenius norm of the residual matrix, 0 to 100
 * @param scale inverse temperature of the softmax over cosines, above 0 to 1,000
 * @param threads native threads, 1 to 256
 * @param device where to compute: {@code auto} (the first GPU if the engine sees one, else the
 *     CPU), {@code cpu}, or {@code gpu:N} with N from 0; only the CPU promises the same bytes
 */
public record TrainingConfig(
    long seed,
    int rank,
    int maxEpochs,
    int batchSize,
    double learningRate,
    double shrink,
    double scale,
    int threads,
    String device) {
  private static final int MAX_THREADS = 256;
  private static final String AUTO = "auto";
  private static final Pattern DEVICE = Pattern.compile("auto|cpu|gpu:(0|[1-9][0-9]?)");

  /** Checks the ranges. */
  public TrainingConfig {
    require("rank", rank, 1, 512);
    require("maxEpochs", maxEpochs, 1, 1_000);
    require("batchSize", batchSize, 1, 4_096);
    require("learningRate", learningRate, Double.MIN_VALUE, 1);
    require("shrink", shrink, 0, 100);
    require("scale", scale, Double.MIN_VALUE, 1_000);
    require("threads", threads, 1, MAX_THREADS);
    if (!DEVICE.matcher(device).matches()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "training option device is '%s', expected auto, cpu or gpu:N".formatted(device));
    }
  }

  /** Settings for the device that suits. */
  public TrainingConfig(
      long seed,
      int rank,
      int maxEpochs,
      int batchSize,
      double learningRate,
      double shrink,
      double scale,
      int threads) {
    this(seed, rank, maxEpochs, batchSize, learningRate, shrink, scale, threads, AUTO);
  }

  /** The defaults with a seed, and a thread for each processor. */
  public static TrainingConfig withSeed(long seed) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS);
    return new TrainingConfig(seed, 64, 8, 128, 1e-3, 1e-3, 40, threads);
  }

  /** These settings with another number of native threads. */
  public TrainingConfig withThreads(int count) {
    return new TrainingConfig(
        seed, rank, maxEpochs, batchSize, learningRate, shrink, scale, count, device);
  }

  /** These settings with another number of epochs. */
  public TrainingConfig withMaxEpochs(int epochs) {
    return new TrainingConfig(
        seed, rank, epochs, batchSize, learningRate, shrink, scale, threads, device);
  }

  /** These settings with another rank. */
  public TrainingConfig withRank(int newRank) {
    return new TrainingConfig(
        seed, newRank, maxEpochs, batchSize, learningRate, shrink, scale, threads, device);
  }

  /** These settings on another device. */
  public TrainingConfig withDevice(String newDevice) {
    return new TrainingConfig(
        seed, rank, maxEpochs, batchSize, learningRate, shrink, scale, threads, newDevice);
  }

  private static void require(String option, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "training option %s is %s, expected %s to %s".formatted(option, value, low, high));
    }
  }
}
