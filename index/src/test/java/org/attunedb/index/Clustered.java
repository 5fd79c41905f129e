package org.attunedb.index;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.attunedb.core.Embedding;

/**
 * Vectors like embeddings: clusters whose popularity falls by a power law, each stretched along a
 * few latent directions, with noise in every component.
 */
final class Clustered {
  private static final int CLUSTERS = 60;
  private static final int RANK = 20;
  private static final double POPULARITY = 0.7;

  private final double within;
  private final double noise;
  private final double[][] directions;
  private final double[][] centres;
  private final double[][] spreads;
  private final double[] cumulative = new double[CLUSTERS];

  Clustered(int dimension, double within, double noise, long seed) {
    this.within = within;
    this.noise = noise;
    SplittableRandom random = new SplittableRandom(seed);
    this.directions = gaussian(random, RANK, dimension, 1 / Math.sqrt(RANK));
    this.centres = gaussian(random, CLUSTERS, RANK, 1);
    this.spreads = gaussian(random, CLUSTERS, RANK, 0.4);
    double sum = 0;
    for (int c = 0; c < CLUSTERS; c++) {
      sum += Math.pow(c + 1, -POPULARITY);
      cumulative[c] = sum;
    }
  }

  private static double[][] gaussian(
      RandomGenerator random, int rows, int columns, double deviation) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      Arrays.setAll(row, i -> deviation * random.nextGaussian());
    }
    return values;
  }

  /** A vector of the mixture. */
  Embedding draw(RandomGenerator random) {
    double place = random.nextDouble() * cumulative[CLUSTERS - 1];
    int found = Arrays.binarySearch(cumulative, place);
    int cluster = found < 0 ? -found - 1 : found;
    double[] vector = new double[directions[0].length];
    for (int r = 0; r < RANK; r++) {
      double latent =
          centres[cluster][r] + within * Math.exp(spreads[cluster][r]) * random.nextGaussian();
      for (int i = 0; i < vector.length; i++) {
        vector[i] += latent * directions[r][i];
      }
    }
    return Vectors.near(vector, noise, random);
  }
}
