package org.attunedb.training;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * A problem that a low-rank adapter can solve: documents in clusters on the unit sphere; a query is
 * its document turned by 140 degrees in each of a few planes, which are the same for all queries,
 * plus noise. Undoing the turn is the identity plus a matrix of twice as many ranks as planes.
 */
public final class Synthetic {
  static final int DIMENSION = 64;
  static final int DOCUMENTS = 600;
  private static final int CLUSTERS = 30;
  private static final int PLANES = 16;
  private static final double ANGLE = Math.toRadians(140);

  private final SplittableRandom random;
  private final double[][] planes;
  private final Matrix corpus;

  /** Draws the corpus and the distortion. */
  public Synthetic(long seed) {
    this.random = new SplittableRandom(seed);
    this.planes = orthonormal(random, 2 * PLANES, DIMENSION);
    float[][] centres = new float[CLUSTERS][];
    for (int c = 0; c < CLUSTERS; c++) {
      centres[c] = unit(gaussian(DIMENSION));
    }
    float[][] rows = new float[DOCUMENTS][];
    for (int d = 0; d < DOCUMENTS; d++) {
      rows[d] = unit(plus(centres[d % CLUSTERS], 0.6, gaussian(DIMENSION)));
    }
    this.corpus = Matrix.of(rows);
  }

  /** The documents. */
  public Matrix corpus() {
    return corpus;
  }

  /** A query for each of the documents. */
  public List<LabelledQuery> queries(int... documents) {
    List<LabelledQuery> queries = new ArrayList<>();
    for (int document : documents) {
      queries.add(new LabelledQuery(query(document), List.of(new Label(document, 1))));
    }
    return queries;
  }

  /** Queries about the first documents; documents up to {@code repeats} have a second one. */
  public TrainingSet trainingSet(int documents, int repeats) {
    int[] order =
        IntStream.concat(IntStream.range(0, documents), IntStream.range(0, repeats)).toArray();
    return new TrainingSet(corpus, queries(order));
  }

  /** A distorted, noisy copy of a document. */
  public Embedding query(int document) {
    float[] row = corpus.row(document);
    double[] turned = new double[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      turned[i] = row[i];
    }
    for (int p = 0; p < PLANES; p++) {
      double[] x = planes[2 * p];
      double[] y = planes[2 * p + 1];
      double a = dot(x, row);
      double b = dot(y, row);
      double a2 = a * Math.cos(ANGLE) - b * Math.sin(ANGLE);
      double b2 = a * Math.sin(ANGLE) + b * Math.cos(ANGLE);
      for (int i = 0; i < DIMENSION; i++) {
        turned[i] += (a2 - a) * x[i] + (b2 - b) * y[i];
      }
    }
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) turned[i];
    }
    return Embedding.of(unit(plus(vector, 0.3, gaussian(DIMENSION))));
  }

  /** Vectors of unit length at right angles. */
  public static double[][] orthonormal(SplittableRandom random, int count, int dimension) {
    double[][] basis = new double[count][dimension];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < dimension; k++) {
        basis[i][k] = random.nextGaussian();
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double along = dot(basis[i], basis[j]);
          for (int k = 0; k < dimension; k++) {
            basis[i][k] -= along * basis[j][k];
          }
        }
        double norm = Math.sqrt(dot(basis[i], basis[i]));
        for (int k = 0; k < dimension; k++) {
          basis[i][k] /= norm;
        }
      }
    }
    return basis;
  }

  private float[] gaussian(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (random.nextGaussian() / Math.sqrt(dimension));
    }
    return vector;
  }

  private static float[] plus(float[] a, double factor, float[] b) {
    float[] sum = new float[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) (a[i] + factor * b[i]);
    }
    return sum;
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return unit;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double dot(double[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
