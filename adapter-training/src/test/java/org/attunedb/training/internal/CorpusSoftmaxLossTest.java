package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Against the formula in double precision, on a problem of 3 queries, 7 documents, 5 dimensions.
 */
class CorpusSoftmaxLossTest {
  private static final int QUERIES = 3;
  private static final int DOCUMENTS = 7;
  private static final int DIMENSION = 5;
  private static final double SCALE = 6;

  private final SplittableRandom random = new SplittableRandom(3);
  private final double[][] documents = unit(DOCUMENTS);
  private final double[][] queries = unit(QUERIES);
  private final double[] offset = {0, 1, 0, 1, 1, 0, 0};

  /** Query 0 has one target, query 1 two equal ones, query 2 three graded ones. */
  private final int[][] columns = {{3}, {1, 4}, {4, 1, 3}};

  /** How much a document counts beyond once in the denominator of a query. */
  private final double[][] negativeWeights = new double[QUERIES][DOCUMENTS];

  private final double[][] grades = {{2}, {1, 1}, {1, 3, 0.5}};

  @Test
  void evaluate_identity_isTheCrossEntropy() {
    assertThat(engineLoss(new double[DIMENSION][DIMENSION], null))
        .isEqualTo(naiveLoss(new double[DIMENSION][DIMENSION]), within(1e-5));
  }

  @Test
  void evaluate_someResidual_isTheCrossEntropyOfAdaptedQueries() {
    double[][] w = residual();

    assertThat(engineLoss(w, null)).isEqualTo(naiveLoss(w), within(1e-5));
  }

  @Test
  void evaluate_offset_changesTheLoss() {
    double[][] w = residual();
    double with = naiveLoss(w);

    Arrays.fill(offset, 0);

    assertThat(Math.abs(naiveLoss(w) - with)).isGreaterThan(0.01);
    assertThat(engineLoss(w, null)).isEqualTo(naiveLoss(w), within(1e-5));
  }

  /** A document that was judged not relevant stands in the denominator several times. */
  @Test
  void evaluate_judgedNegatives_countSeveralTimes() {
    double[][] w = residual();
    double without = naiveLoss(w);

    negativeWeights[0][5] = 19;
    negativeWeights[2][0] = 19;
    negativeWeights[2][6] = 4;

    assertThat(naiveLoss(w)).isGreaterThan(without + 0.01);
    assertThat(engineLoss(w, null)).isEqualTo(naiveLoss(w), within(1e-5));
  }

  @Test
  void backward_judgedNegatives_isTheSlopeOfTheFormula() {
    negativeWeights[1][2] = 19;

    backward_someResidual_isTheSlopeOfTheFormula();
  }

  @Test
  void backward_someResidual_isTheSlopeOfTheFormula() {
    double[][] w = residual();
    double[] gradient = new double[DIMENSION * DIMENSION];

    engineLoss(w, gradient);

    double h = 1e-5;
    for (int i = 0; i < DIMENSION; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        double at = w[i][j];
        w[i][j] = at + h;
        double above = naiveLoss(w);
        w[i][j] = at - h;
        double below = naiveLoss(w);
        w[i][j] = at;
        assertThat(gradient[i * DIMENSION + j]).isEqualTo((above - below) / (2 * h), within(1e-4));
      }
    }
  }

  private double naiveLoss(double[][] w) {
    double loss = 0;
    for (int q = 0; q < QUERIES; q++) {
      double[] u = queries[q].clone();
      for (int i = 0; i < DIMENSION; i++) {
        for (int j = 0; j < DIMENSION; j++) {
          u[j] += queries[q][i] * w[i][j];
        }
      }
      double norm = Math.sqrt(dot(u, u));
      double[] logits = new double[DOCUMENTS];
      double partition = 0;
      for (int d = 0; d < DOCUMENTS; d++) {
        logits[d] = SCALE * dot(u, documents[d]) / norm + offset[d];
        partition += (1 + negativeWeights[q][d]) * Math.exp(logits[d]);
      }
      double sum = 0;
      for (double grade : grades[q]) {
        sum += grade;
      }
      for (int t = 0; t < columns[q].length; t++) {
        loss -= grades[q][t] / sum * (logits[columns[q][t]] - Math.log(partition)) / QUERIES;
      }
    }
    return loss;
  }

  private void addNegatives(NDList labels, NDManager manager) {
    long[] columnsOfAll = new long[QUERIES * DOCUMENTS];
    for (int i = 0; i < columnsOfAll.length; i++) {
      columnsOfAll[i] = i % DOCUMENTS;
    }
    Shape shape = new Shape(QUERIES, DOCUMENTS);
    labels.add(manager.create(columnsOfAll, shape));
    labels.add(manager.create(flat(negativeWeights), shape));
  }

  /** The loss as {@link Fit} computes it; fills the gradient if one is given. */
  private double engineLoss(double[][] w, double @Nullable [] gradient) {
    PyTorch.start(1, 1);
    long[] padded = new long[QUERIES * 3];
    float[] shares = new float[QUERIES * 3];
    for (int q = 0; q < QUERIES; q++) {
      Targets targets = new Targets(columns[q], grades[q]);
      for (int t = 0; t < targets.size(); t++) {
        padded[q * 3 + t] = targets.column(t);
        shares[q * 3 + t] = targets.share(t);
      }
    }
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), PyTorch.ENGINE);
        Model model = Model.newInstance("loss", Device.cpu(), PyTorch.ENGINE)) {
      NDArray matrix = manager.create(flat(documents), new Shape(DOCUMENTS, DIMENSION));
      CorpusSoftmaxLoss loss =
          new CorpusSoftmaxLoss(
              matrix.transpose(), manager.create(flat(offset), new Shape(DOCUMENTS)), SCALE);
      ResidualBlock block =
          ResidualBlock.lowRank(new Factors(DIMENSION, DIMENSION, flat(w), identity()));
      model.setBlock(block);
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss))) {
        trainer.initialize(new Shape(1, DIMENSION));
        NDArray batch = manager.create(flat(queries), new Shape(QUERIES, DIMENSION));
        Shape shape = new Shape(QUERIES, 3);
        NDList labels = new NDList(manager.create(padded, shape), manager.create(shares, shape));
        if (Arrays.stream(negativeWeights).flatMapToDouble(Arrays::stream).sum() > 0) {
          addNegatives(labels, manager);
        }
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDArray value = loss.evaluate(labels, trainer.forward(new NDList(batch)));
          collector.backward(value);
          if (gradient != null) {
            float[] values =
                block.getParameters().get(0).getValue().getArray().getGradient().toFloatArray();
            for (int i = 0; i < values.length; i++) {
              gradient[i] = values[i];
            }
          }
          return value.getFloat();
        }
      }
    }
  }

  private double[][] residual() {
    double[][] w = new double[DIMENSION][DIMENSION];
    for (double[] row : w) {
      for (int j = 0; j < DIMENSION; j++) {
        row[j] = 0.5 * random.nextGaussian();
      }
    }
    return w;
  }

  private double[][] unit(int rows) {
    double[][] matrix = new double[rows][DIMENSION];
    for (double[] row : matrix) {
      for (int j = 0; j < DIMENSION; j++) {
        row[j] = random.nextGaussian();
      }
      double norm = Math.sqrt(dot(row, row));
      for (int j = 0; j < DIMENSION; j++) {
        row[j] /= norm;
      }
    }
    return matrix;
  }

  private static float[] identity() {
    float[] identity = new float[DIMENSION * DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      identity[i * DIMENSION + i] = 1;
    }
    return identity;
  }

  private static float[] flat(double[]... rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return flat;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
