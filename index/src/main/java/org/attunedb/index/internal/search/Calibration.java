package org.attunedb.index.internal.search;

import java.util.List;

/**
 * What walks of one segment's graph find and cost, measured with queries like its vectors against
 * the exact answer. Immutable.
 *
 * @param few for few hits: 10
 * @param many for many hits: 100
 */
record Calibration(Curve few, Curve many) {
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

    /** The smallest measured ef that surely reaches a recall; 0 if none does. */
    int ef(double recall) {
      for (Point point : points) {
        if (point.recall >= recall) {
          return point.ef;
        }
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
