package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The quality of every query's ranking by an adapter that was not trained on it, for each alpha.
 *
 * <p>Index 0 is alpha 0: the base ranking. A query that was not measured at an alpha has its base
 * quality there.
 */
final class OutOfFold {
  /** The shares of the residual that are tried. */
  private static final float[] ALPHAS = {0, 0.25f, 0.5f, 0.75f, 1};

  private final Quality[][] byAlpha;
  private final BitSet seen;

  OutOfFold(List<Quality> base, BitSet seen) {
    this.byAlpha = new Quality[ALPHAS.length][];
    Arrays.setAll(byAlpha, alpha -> base.toArray(Quality[]::new));
    this.seen = seen;
  }

  static int alphas() {
    return ALPHAS.length;
  }

  static float alpha(int index) {
    return ALPHAS[index];
  }

  void put(int alphaIndex, List<Integer> queries, List<Quality> qualities) {
    for (int i = 0; i < queries.size(); i++) {
      byAlpha[alphaIndex][queries.get(i)] = qualities.get(i);
    }
  }

  /** Which part of the queries is averaged over. */
  enum Part {
    ALL,
    SEEN,
    UNSEEN
  }

  Quality mean(int alphaIndex, Part part) {
    return Quality.mean(members(alphaIndex, part));
  }

  boolean isEmpty(Part part) {
    return members(0, part).isEmpty();
  }

  private List<Quality> members(int alphaIndex, Part part) {
    List<Quality> members = new ArrayList<>();
    for (int q = 0; q < byAlpha[alphaIndex].length; q++) {
      if (part == Part.ALL || (part == Part.SEEN) == seen.get(q)) {
        members.add(byAlpha[alphaIndex][q]);
      }
    }
    return members;
  }

  /** Query by query, the value at an alpha minus the base's. */
  double[] differences(int alphaIndex, ToDoubleFunction<Quality> value) {
    double[] differences = new double[byAlpha[0].length];
    for (int q = 0; q < differences.length; q++) {
      differences[q] =
          value.applyAsDouble(byAlpha[alphaIndex][q]) - value.applyAsDouble(byAlpha[0][q]);
    }
    return differences;
  }
}
