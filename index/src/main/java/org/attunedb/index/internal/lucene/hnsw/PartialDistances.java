package org.attunedb.index.internal.lucene.hnsw;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.codecs.hnsw.DefaultFlatVectorScorer;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.HasKnnVectorValues;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out long vectors whose first components are so far from the query's already that the whole
 * is hardly near enough: most of what a walk looks at is not, and reading a long vector takes far
 * longer than comparing it. As in ADSampling (Gao and Long, 2023, "High-Dimensional Approximate
 * Nearest Neighbor Search: with Reliable and Efficient Distance Comparison Operations"), the
 * squared distance of the first components is taken for a sample of that of all. There a random
 * rotation of all vectors makes it one. Here each walk measures with the first vectors that it
 * compares what part of a distance the first components have and how much that differs, and does
 * without unless both are as they would be of any components that chance had picked: near vectors
 * that the walk has yet to see may differ from the query in other components than those it saw. It
 * does without where little is left out, too.
 *
 * <p>For one walk of one query. Not thread-safe.
 */
final class PartialDistances {
  /** Of shorter vectors the rest is read nearly as fast. */
  static final int LEAST_DIMENSION = 512;

  /** One of so many components is looked at first. */
  private static final int SHARE = 4;

  /** Distances that the part is measured with. */
  private static final int SAMPLE = 32;

  /** Without so many distances among so many vectors these are copies of each other. */
  private static final int MOST_TRIED = 8 * SAMPLE;

  /** Standard deviations above the mean that the part of a near vector may be. */
  private static final double DEVIATIONS = 2.5;

  /** The mean part may be less than the components' share of all by this part of it. */
  private static final double MOST_BELOW = 0.2;

  /**
   * And more by so many of the standard deviations that components picked by chance would have: of
   * a query that was moved away from all vectors in its first components the part is higher, and of
   * the nearest vectors highest.
   */
  private static final double MOST_ABOVE = 1;

  /** Times the standard deviation that components picked by chance would have. */
  private static final double MOST_DEVIATION = 2;

  /** Where more than this part is kept, asking costs more than it saves. */
  private static final double MOST_KEPT = 0.75;

  /** Vectors asked for before that is judged. */
  private static final int KEPT_SAMPLE = 128;

  /** Squared distances that scores of single precision tell nothing of. */
  private static final double TINY = 1e-4;

  /** More than the rounding of a squared distance that is computed from a score, and its part. */
  private static final double ROUNDING = 1e-5;

  private final RandomVectorScorer beginnings;
  private final boolean euclidean;
  private final double share;

  /** Of the part, if the components were picked by chance and all of them alike. */
  private final double chance;

  /** Scores of the beginnings. */
  private final float[] near;

  private State state = State.MEASURING;
  private int tried;
  private int measured;
  private double sum;
  private double squares;

  /** The part of a near vector's squared distance that its first components have, at most. */
  private double mostPart;

  private int asked;
  private int kept;

  private enum State {
    MEASURING,
    ASKING,
    GIVEN_UP
  }

  private PartialDistances(
      RandomVectorScorer beginnings,
      boolean euclidean,
      int components,
      int dimension,
      int mostNodes) {
    this.beginnings = beginnings;
    this.euclidean = euclidean;
    this.share = components / (double) dimension;
    // A sum of squares of so many normal variates over that of all of them has a beta distribution.
    this.chance = Math.sqrt(2 * share * (1 - share) / (dimension + 2));
    this.near = new float[mostNodes];
  }

  /**
   * For the vectors that a scorer compares; null where these are short, are not kept as they are,
   * are compared by what is no distance, or where they can't be read in part.
   *
   * @param query shape {@code [dimension]}, of length 1 if the similarity is the dot product, as
   *     all vectors are then
   * @param mostNodes that are asked for at once
   */
  static @Nullable PartialDistances of(
      RandomVectorScorer scorer, float[] query, VectorSimilarityFunction similarity, int mostNodes)
      throws IOException {
    boolean euclidean = similarity == VectorSimilarityFunction.EUCLIDEAN;
    if (query.length < LEAST_DIMENSION
        || !(euclidean || similarity == VectorSimilarityFunction.DOT_PRODUCT)
        || !(scorer instanceof HasKnnVectorValues comparing)
        || !(comparing.values() instanceof FloatVectorValues vectors)) {
      return null;
    }
    int components = query.length / SHARE;
    Beginnings beginnings = Beginnings.of(vectors, components);
    FlatVectorsScorer scorers = FlatVectorScorerUtil.getLucene99FlatVectorsScorer();
    if (beginnings == null || scorers instanceof DefaultFlatVectorScorer) {
      return null;
    }
    return new PartialDistances(
        scorers.getRandomVectorScorer(
            VectorSimilarityFunction.EUCLIDEAN, beginnings, Arrays.copyOf(query, components)),
        euclidean,
        components,
        query.length,
        mostNodes);
  }

  /**
   * Measures anew: the vectors that come now are nearer to the query, and it may differ from near
   * ones in other components than from far ones.
   */
  void restart() {
    state = State.MEASURING;
    tried = 0;
    measured = 0;
    sum = 0;
    squares = 0;
    asked = 0;
    kept = 0;
  }

  /**
   * Moves the nodes that may have a score of at least {@code floor} to the front, in their order;
   * all of them may until {@link #learn} has measured.
   *
   * @param nodes of which the first {@code count} are looked at
   * @return how many these are
   */
  int keep(int[] nodes, int count, float floor) throws IOException {
    if (state != State.ASKING || floor == Float.NEGATIVE_INFINITY) {
      return count;
    }
    double farthest = mostPart * squaredDistance(floor) * (1 + ROUNDING) + ROUNDING;
    float least = Math.nextDown((float) (1 / (1 + farthest)));
    beginnings.bulkScore(nodes, near, count);
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (near[i] >= least) {
        nodes[left++] = nodes[i];
      }
    }
    asked += count;
    kept += left;
    if (asked >= KEPT_SAMPLE && kept > MOST_KEPT * asked) {
      state = State.GIVEN_UP;
    }
    return left;
  }

  /** Measures with what was compared, until that is enough. */
  void learn(int[] nodes, float[] scores, int count) throws IOException {
    if (state != State.MEASURING) {
      return;
    }
    beginnings.bulkScore(nodes, near, count);
    for (int i = 0; i < count; i++) {
      double distance = squaredDistance(scores[i]);
      if (distance > TINY) {
        double part = (1 / (double) near[i] - 1) / distance;
        sum += part;
        squares += part * part;
        measured++;
      }
    }
    tried += count;
    if (measured >= SAMPLE) {
      conclude();
    } else if (tried >= MOST_TRIED) {
      state = State.GIVEN_UP;
    }
  }

  private void conclude() {
    double mean = sum / measured;
    double deviation = Math.sqrt(Math.max(0, squares / measured - mean * mean));
    // Of copies, which are near each other, the sample may have one.
    mostPart = Math.max(mean, share) + DEVIATIONS * Math.max(deviation, chance);
    state =
        mean >= share * (1 - MOST_BELOW)
                && mean <= share + MOST_ABOVE * chance
                && deviation <= MOST_DEVIATION * chance
            ? State.ASKING
            : State.GIVEN_UP;
  }

  /** By the definition of Lucene's scores; of vectors of length 1 if that is of the dot product. */
  private double squaredDistance(float score) {
    return euclidean ? 1 / (double) score - 1 : 4 * (1 - (double) score);
  }
}
