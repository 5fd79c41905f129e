package org.attunedb.bench.ann;

import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What a {@link Mixture} is like.
 *
 * @param dimension length of the vectors, 1 to 4,096
 * @param clusters number of Gaussians, at least 1
 * @param rank latent directions: the intrinsic dimension, at least 1
 * @param within how far members lie from their cluster's centre, beside distances of about 1
 *     between centres in each latent direction; above 0. 0.05 makes tight clusters
 * @param noise deviation of each component outside of the latent directions, at least 0
 * @param duplicates share of base vectors that repeat an earlier one exactly, 0 to below 1
 * @param seed of everything random
 */
record MixtureShape(
    int dimension,
    int clusters,
    int rank,
    double within,
    double noise,
    double duplicates,
    long seed) {
  MixtureShape {
    require(dimension >= 1 && dimension <= Embedding.MAX_DIMENSION, "--d", dimension, "1 to 4096");
    require(clusters >= 1 && clusters <= 1_000_000, "--clusters", clusters, "1 to 1000000");
    require(rank >= 1 && rank <= Embedding.MAX_DIMENSION, "--rank", rank, "1 to 4096");
    require(within > 0 && within <= 100, "--within", within, "above 0, at most 100");
    require(noise >= 0 && noise <= 100, "--noise", noise, "0 to 100");
    require(duplicates >= 0 && duplicates < 1, "--duplicates", duplicates, "0 to below 1");
  }

  private static void require(boolean holds, String option, Number value, String expected) {
    if (!holds) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s".formatted(option, value, expected));
    }
  }
}
