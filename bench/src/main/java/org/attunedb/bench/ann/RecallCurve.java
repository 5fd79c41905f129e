package org.attunedb.bench.ann;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The settings of one engine that are worth having: each finds more than every faster one.
 *
 * @param points by recall, ascending
 */
record RecallCurve(List<Point> points) {
  /**
   * One setting.
   *
   * @param recall 0 to 1
   * @param p50Micros median time of a search
   * @param qps searches a second
   */
  record Point(double recall, double p50Micros, double qps) {}

  RecallCurve {
    points = List.copyOf(points);
  }

  /** By median times. */
  static RecallCurve of(List<AnnResult> results) {
    return of(results, Comparator.comparingDouble(Point::p50Micros));
  }

  /** By searches a second, which on a busy machine may favour other settings. */
  static RecallCurve ofThroughput(List<AnnResult> results) {
    return of(results, Comparator.comparingDouble(Point::qps).reversed());
  }

  private static RecallCurve of(List<AnnResult> results, Comparator<Point> fastestFirst) {
    List<Point> sorted =
        results.stream()
            .map(r -> new Point(r.recall(), r.timing().p50Micros(), r.timing().qps()))
            .sorted(fastestFirst)
            .toList();
    List<Point> kept = new ArrayList<>();
    double best = -1;
    for (Point point : sorted) {
      if (point.recall() > best) {
        kept.add(point);
        best = point.recall();
      }
    }
    return new RecallCurve(kept);
  }

  /**
   * The median time at a recall: between two settings on the straight line of its logarithm over
   * recall, and that of the fastest setting if even it finds as much.
   *
   * @return empty if no setting finds as much
   */
  OptionalDouble p50At(double recall) {
    for (int i = 0; i < points.size(); i++) {
      Point above = points.get(i);
      if (above.recall() < recall) {
        continue;
      }
      if (i == 0) {
        return OptionalDouble.of(above.p50Micros());
      }
      Point below = points.get(i - 1);
      double share = (recall - below.recall()) / (above.recall() - below.recall());
      double log = (1 - share) * Math.log(below.p50Micros()) + share * Math.log(above.p50Micros());
      return OptionalDouble.of(Math.exp(log));
    }
    return OptionalDouble.empty();
  }
}
