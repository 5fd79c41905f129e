package org.attunedb.bench.ann;

import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.util.VectorUtil;

/**
 * Vectors that look like embeddings: a mixture of Gaussians, each stretched differently along a few
 * latent directions, laid into the full space by a random matrix, with noise on top, of unit
 * length. Popularity of the clusters falls by a power law. Each row has a random sequence of its
 * own, so any row can be made without the ones before. Thread-safe.
 */
final class Mixture {
  private static final double POPULARITY = 0.7;
  private static final double STRETCH = 0.4;

  private final MixtureShape shape;
  private final float[][] basis;
  private final float[][] centres;
  private final float[][] spreads;
  private final double[] cumulative;

  Mixture(MixtureShape shape) {
    this.shape = shape;
    Random random = new Random(shape.seed());
    basis = gaussian(random, shape.rank(), shape.dimension(), 1 / Math.sqrt(shape.rank()));
    centres = gaussian(random, shape.clusters(), shape.rank(), 1);
    spreads = gaussian(random, shape.clusters(), shape.rank(), STRETCH);
    for (float[] spread : spreads) {
      for (int i = 0; i < spread.length; i++) {
        spread[i] = (float) (shape.within() * Math.exp(spread[i]));
      }
    }
    cumulative = new double[shape.clusters()];
    double sum = 0;
    for (int c = 0; c < cumulative.length; c++) {
      sum += Math.pow(c + 1, -POPULARITY);
      cumulative[c] = sum;
    }
  }

  private static float[][] gaussian(Random random, int rows, int columns, double deviation) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return values;
  }

  /** A base vector; the share of duplicates repeats vectors of lower rows exactly. */
  float[] base(int row) {
    int source = row;
    Random random = sequence(row, 1);
    while (source > 0 && random.nextDouble() < shape.duplicates()) {
      source = random.nextInt(source);
      random = sequence(source, 1);
    }
    return draw(sequence(source, 2));
  }

  /** A query: of the same mixture, never a base vector. */
  float[] query(int row) {
    return draw(sequence(row, 3));
  }

  /** Spreads seeds that lie side by side, which {@link Random} alone does not. */
  private Random sequence(int row, int purpose) {
    long z = (shape.seed() * 4 + purpose) * 0x9e3779b97f4a7c15L + row;
    z = (z ^ (z >>> 32)) * 0xd6e8feb86659fd93L;
    z = (z ^ (z >>> 32)) * 0xd6e8feb86659fd93L;
    return new Random(z ^ (z >>> 32));
  }

  private float[] draw(Random random) {
    double place = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, place);
    int cluster = Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found);
    float[] vector = new float[shape.dimension()];
    for (int r = 0; r < shape.rank(); r++) {
      float latent = (float) (centres[cluster][r] + spreads[cluster][r] * random.nextGaussian());
      float[] direction = basis[r];
      for (int i = 0; i < vector.length; i++) {
        vector[i] += latent * direction[i];
      }
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] += (float) (shape.noise() * random.nextGaussian());
    }
    return VectorUtil.l2normalize(vector);
  }
}
