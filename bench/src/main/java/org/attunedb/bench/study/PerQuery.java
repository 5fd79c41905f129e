package org.attunedb.bench.study;

import java.util.Arrays;
import java.util.List;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.Relevance;

/** The values of the {@link #METRICS} for each test query. Immutable. */
final class PerQuery {
  /** What studies measure. */
  static final List<Metric> METRICS = List.of(Metric.recall(1), Metric.recall(10), Metric.ndcg(10));

  /** How many hits that needs. */
  static final int DEPTH = 10;

  private final double[][] values;

  private PerQuery(double[][] values) {
    this.values = values;
  }

  /** Measures one ranking a query. */
  static PerQuery of(List<List<String>> rankings, List<Relevance> relevance) {
    if (rankings.size() != relevance.size()) {
      throw new IllegalArgumentException(
          rankings.size() + " rankings for " + relevance.size() + " queries");
    }
    double[][] values = new double[METRICS.size()][relevance.size()];
    for (int m = 0; m < values.length; m++) {
      for (int q = 0; q < values[m].length; q++) {
        values[m][q] = METRICS.get(m).of(rankings.get(q), relevance.get(q));
      }
    }
    return new PerQuery(values);
  }

  /** Number of queries. */
  int size() {
    return values[0].length;
  }

  /** The values of some queries. */
  PerQuery at(int[] queries) {
    double[][] chosen = new double[values.length][];
    for (int m = 0; m < chosen.length; m++) {
      double[] all = values[m];
      chosen[m] = Arrays.stream(queries).mapToDouble(q -> all[q]).toArray();
    }
    return new PerQuery(chosen);
  }

  /** The values of one metric; a copy. */
  double[] values(Metric metric) {
    return values[METRICS.indexOf(metric)].clone();
  }

  /** The mean of one metric. */
  double mean(Metric metric) {
    return Arrays.stream(values(metric)).average().orElse(0);
  }

  /** What each query has gained over other values of the same queries; a new array. */
  double[] gains(PerQuery before, Metric metric) {
    double[] gains = values(metric);
    double[] old = before.values(metric);
    for (int q = 0; q < gains.length; q++) {
      gains[q] -= old[q];
    }
    return gains;
  }
}
