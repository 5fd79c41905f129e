package org.attunedb.index.internal.search;

import java.util.List;

/**
 * What walks of one segment's graph find and cost, measured with queries against the exact answer.
 * Immutable.
 *
 * @param few for few hits: 10
 * @param many for many hits: 100
 */
record Calibration(Curve few, Curve many) {
  /** Standard errors that a normal number exceeds in one of twenty cases. */
  private static final double CERTAINTY = 1.645;

  /**
   * Walks that look for the same number of hits.
   *
   * @param k the hits
   * @param points with rising ef, at least one
   */
  record Curve(int k, List<Point> points) {
    Curve {
      points = List.copyOf(points);
    }

    /**
     * The smallest ef that surely reaches a recall; 0 if none that was measured does. Between two
     * that were, recall rises at least as fast as a straight line: each further candidate is worth
     * less than the one before.
     */
    int ef(double recall) {
      Point before = points.getFirst();
      for (Point point : points) {
        if (point.recall >= recall) {
          double rise = point.recall - before.recall;
          double part = rise <= 0 ? 1 : (recall - before.recall) / rise;
          return (int) Math.ceil(before.ef + part * (point.ef - before.ef));
        }
        before = point;
      }
      return 0;
    }

    private double visits(double ef) {
      Point before = points.getFirst();
      for (Point point : points) {
        if (point.ef >= ef) {
          double width = point.ef - before.ef;
          double part = width == 0 ? 0 : (ef - before.ef) / width;
          return before.visits + part * (point.visits - before.visits);
        }
        before = point;
      }
      return before.visits * CostModel.growth(ef / before.ef);
    }
  }

  /**
   * One setting.
   *
   * @param ef the candidate list
   * @param recall part of the true neighbours that walks find on average: what was measured less
   *     what such a sample may be too good by
   * @param visits mean number of vectors compared
   */
  record Point(int ef, double recall, double visits) {}

  /**
   * The ef that finds a part of the k nearest.
   *
   * @return at least k; 0 if no measured ef did
   */
  int ef(double recall, int k) {
    int low = few.ef(recall);
    int high = k <= few.k ? low : many.ef(recall);
    return low == 0 || high == 0 ? 0 : scaled(low, high, k);
  }

  /**
   * The ef that finds a part of the k nearest among those that a filter lets through, if that has
   * nothing to do with how near they are: they are the k / part nearest of all, less those that
   * don't match.
   *
   * @param part of the vectors that match, above 0 and at most 1
   * @return matching candidates to keep, at least k; 0 if no measured ef did
   */
  int ef(double recall, int k, double part) {
    int ofAll = ef(recall, (int) Math.ceil(k / part));
    return ofAll == 0 ? 0 : Math.max(k, matching(ofAll, part));
  }

  /**
   * How many of the ef nearest vectors match, with 0.95 certainty at most: a binomial number, here
   * as a normal one. A walk that keeps so many that match goes as far as one that keeps ef of all.
   */
  static int matching(int ef, double part) {
    return (int) Math.ceil(ef * part + CERTAINTY * Math.sqrt(ef * part * (1 - part)));
  }

  /** The largest ef that was measured, for so many hits; at least k. */
  int largestEf(int k) {
    return scaled(few.points.getLast().ef, many.points.getLast().ef, k);
  }

  private int scaled(int low, int high, int k) {
    if (k <= few.k) {
      return Math.max(k, low);
    }
    double ef =
        k <= many.k
            ? low + (double) (high - low) * (k - few.k) / (many.k - few.k)
            : (double) high * k / many.k;
    return Math.max(k, (int) Math.ceil(ef));
  }

  /** How many vectors a walk is expected to compare. */
  double visits(double ef) {
    return few.visits(ef);
  }
}
