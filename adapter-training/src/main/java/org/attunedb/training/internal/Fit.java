package org.attunedb.training.internal;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.TrainingConfig;

/**
 * Fits one adapter to some of the queries: first a full matrix, whose gradient steps generalise
 * better than those of two factors, then its best low-rank form, which is trained on for half as
 * many epochs. Beside a prior only what is added to its residual is fitted. Adam's rate falls
 * linearly to 0 in each phase; how far it can move is what regularises (docs/adapter.md tells why).
 * Used once, by one thread.
 */
final class Fit {
  /** What a document that is a target gets added to its score while training. */
  private static final float TARGET_OFFSET = 1;

  /** A document that was judged not relevant counts as twenty that nobody judged. */
  private static final float NEGATIVE_WEIGHT = 19;

  /** The learning rate is stated for vectors of this length. */
  private static final double REFERENCE_DIMENSION = 1024;

  private final Tensors tensors;
  private final List<Targets> targets;
  private final int candidates;
  private final TrainingConfig config;
  private final Progress progress;
  private final FittedFactors checkpoints;
  private final Optional<Factors> prior;

  /** Without a prior. */
  Fit(
      Tensors tensors,
      List<Targets> targets,
      int candidates,
      TrainingConfig config,
      Progress progress,
      FittedFactors checkpoints) {
    this(tensors, targets, candidates, config, progress, checkpoints, Optional.empty());
  }

  /**
   * Prepares.
   *
   * @param prior what is fitted is added to it, and it stays as it is
   */
  Fit(
      Tensors tensors,
      List<Targets> targets,
      int candidates,
      TrainingConfig config,
      Progress progress,
      FittedFactors checkpoints,
      Optional<Factors> prior) {
    this.prior = prior;
    this.tensors = tensors;
    this.targets = targets;
    this.candidates = candidates;
    this.config = config;
    this.progress = progress;
    this.checkpoints = checkpoints;
  }

  /** Called with the block after every epoch. */
  @FunctionalInterface
  interface EpochListener {
    void epoch(int epoch, double meanLoss, ResidualBlock block);
  }

  static int steps(TrainingConfig config, int queries) {
    int perEpoch = (queries + config.batchSize() - 1) / config.batchSize();
    return perEpoch * (config.maxEpochs() + refiningEpochs(config));
  }

  private static int refiningEpochs(TrainingConfig config) {
    return (config.maxEpochs() + 1) / 2;
  }

  /** The prior and a share of what was fitted beside it; without a prior all of that. */
  Factors shrunk(Factors own, float share) {
    return prior.map(known -> known.plus(own, share)).orElse(own);
  }

  /** Fits to some queries, or takes up what an earlier attempt has fitted to them. */
  Factors run(String stage, List<Integer> queries, int dimension, EpochListener listener) {
    int rank = Math.min(config.rank(), dimension);
    int steps = steps(config, queries.size());
    progress.stage(stage);
    Optional<Factors> kept = checkpoints.read(stage, dimension, rank, steps);
    if (kept.isPresent()) {
      progress.skip(steps);
      return kept.get();
    }
    Factors factors = fit(queries, dimension, rank, listener);
    checkpoints.write(stage, factors, steps);
    return factors;
  }

  private Factors fit(List<Integer> queries, int dimension, int rank, EpochListener listener) {
    SplittableRandom random = new SplittableRandom(config.seed());
    try (NDManager scope = tensors.step()) {
      NDArray offset = scope.create(offsets(queries), new Shape(candidates));
      CorpusSoftmaxLoss loss =
          new CorpusSoftmaxLoss(tensors.documentsTransposed(), offset, config.scale());
      UnaryOperator<NDArray> beside =
          prior.map(known -> known.adding(scope)).orElse(UnaryOperator.identity());
      ResidualBlock full = ResidualBlock.full(dimension, beside);
      Factors start;
      try (Model model = Model.newInstance("full", tensors.device(), PyTorch.ENGINE);
          Trainer trainer =
              trainer(model, full, loss, config.maxEpochs(), queries.size(), dimension)) {
        train(trainer, full, loss, queries, random, 1, config.maxEpochs(), listener);
        start = SubspaceIteration.truncate(full.factor(0), dimension, rank, config.seed(), scope);
      }
      ResidualBlock low = ResidualBlock.lowRank(start, beside);
      int refining = refiningEpochs(config);
      try (Model model = Model.newInstance("low-rank", tensors.device(), PyTorch.ENGINE);
          Trainer trainer = trainer(model, low, loss, refining, queries.size(), dimension)) {
        train(trainer, low, loss, queries, random, config.maxEpochs() + 1, refining, listener);
        return requireFinite(new Factors(dimension, rank, low.factor(0), low.factor(1)));
      }
    }
  }

  private float[] offsets(List<Integer> queries) {
    float[] offsets = new float[candidates];
    for (int query : queries) {
      Targets own = targets.get(query);
      for (int i = 0; i < own.size(); i++) {
        offsets[own.column(i)] = TARGET_OFFSET;
      }
    }
    return offsets;
  }

  private Trainer trainer(
      Model model,
      ResidualBlock block,
      CorpusSoftmaxLoss loss,
      int epochs,
      int queries,
      int dimension) {
    int perEpoch = (queries + config.batchSize() - 1) / config.batchSize();
    double planned = (double) perEpoch * epochs;
    // Adam moves every weight by about the rate, so the effect of a step on q grows with
    // √dimension.
    double rate = config.learningRate() * Math.sqrt(REFERENCE_DIMENSION / dimension);
    Tracker falling = update -> (float) (rate * Math.max(0, 1 - (update - 1) / planned));
    model.setBlock(block);
    Trainer trainer =
        model.newTrainer(
            new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {tensors.device()})
                .optOptimizer(
                    new OwnedAdam(
                        Adam.builder()
                            .optLearningRateTracker(falling)
                            // The gradient of shrink·‖W‖².
                            .optWeightDecays((float) (2 * config.shrink())),
                        model.getNDManager())));
    trainer.initialize(new Shape(1, dimension));
    return trainer;
  }

  private void train(
      Trainer trainer,
      ResidualBlock block,
      CorpusSoftmaxLoss loss,
      List<Integer> queries,
      SplittableRandom random,
      int firstEpoch,
      int epochs,
      EpochListener listener) {
    int[] order = queries.stream().mapToInt(q -> q).toArray();
    for (int epoch = firstEpoch; epoch < firstEpoch + epochs; epoch++) {
      shuffle(order, random);
      double sum = 0;
      for (int from = 0; from < order.length; from += config.batchSize()) {
        int to = Math.min(order.length, from + config.batchSize());
        int[] batch = Arrays.copyOfRange(order, from, to);
        float value = step(trainer, loss, batch);
        progress.step(epoch, value);
        sum += (double) value * batch.length;
      }
      listener.epoch(epoch, sum / order.length, block);
    }
  }

  private float step(Trainer trainer, CorpusSoftmaxLoss loss, int[] batch) {
    try (NDManager step = tensors.step()) {
      NDList labels = labels(step, batch);
      float value;
      try (GradientCollector gradients = trainer.newGradientCollector()) {
        NDList adapted = trainer.forward(new NDList(tensors.queries(step, batch)));
        NDArray mean = loss.evaluate(labels, adapted);
        gradients.backward(mean);
        value = mean.getFloat();
      }
      if (!Float.isFinite(value)) {
        throw diverged("the loss became " + value);
      }
      update(trainer);
      return value;
    } catch (IllegalStateException e) {
      throw new TrainingException(
          ErrorCode.TRAINING_FAILED, "the PyTorch engine refused a step: " + e.getMessage(), e);
    }
  }

  /** Moves the weights, unless the batch has no gradient: its scores are all equal or saturated. */
  private static void update(Trainer trainer) {
    try {
      trainer.step();
    } catch (IllegalStateException e) {
      // DJL takes gradients of zero for a forgotten backward pass.
      if (!String.valueOf(e.getMessage()).startsWith("Gradient values are all zeros")) {
        throw e;
      }
    }
  }

  private Factors requireFinite(Factors factors) {
    // The last step's effect is in no loss.
    if (!factors.isFinite()) {
      throw diverged("a weight is NaN or infinite");
    }
    return factors;
  }

  private TrainingException diverged(String how) {
    return new TrainingException(
        ErrorCode.TRAINING_FAILED,
        "training diverged at learning rate %s: %s".formatted(config.learningRate(), how));
  }

  private NDList labels(NDManager step, int[] batch) {
    int width = 1;
    for (int query : batch) {
      width = Math.max(width, targets.get(query).size());
    }
    long[] columns = new long[batch.length * width];
    float[] shares = new float[batch.length * width];
    for (int b = 0; b < batch.length; b++) {
      Targets own = targets.get(batch[b]);
      for (int i = 0; i < own.size(); i++) {
        columns[b * width + i] = own.column(i);
        shares[b * width + i] = own.share(i);
      }
    }
    Shape shape = new Shape(batch.length, width);
    NDList labels = new NDList(step.create(columns, shape), step.create(shares, shape));
    addNegatives(labels, step, batch);
    return labels;
  }

  private void addNegatives(NDList labels, NDManager step, int[] batch) {
    int width = 0;
    for (int query : batch) {
      width = Math.max(width, targets.get(query).negatives());
    }
    if (width == 0) {
      return;
    }
    long[] columns = new long[batch.length * width];
    float[] weights = new float[batch.length * width];
    for (int b = 0; b < batch.length; b++) {
      Targets own = targets.get(batch[b]);
      for (int i = 0; i < own.negatives(); i++) {
        columns[b * width + i] = own.negative(i);
        weights[b * width + i] = NEGATIVE_WEIGHT;
      }
    }
    Shape shape = new Shape(batch.length, width);
    labels.add(step.create(columns, shape));
    labels.add(step.create(weights, shape));
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
