package org.attunedb.bench.jmh;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What was measured with one choice of parameters.
 *
 * @param benchmark {@code Class.method}
 * @param parameters by name, sorted
 * @param score mean time of a call
 * @param error half of the 99.9 % confidence interval of the mean; empty if too little was measured
 *     to tell
 * @param p50 median; empty where calls are not timed one by one
 * @param p99 the time that 99 of 100 calls don't exceed
 * @param unit of all times
 */
record Timing(
    String benchmark,
    Map<String, String> parameters,
    double score,
    OptionalDouble error,
    OptionalDouble p50,
    OptionalDouble p99,
    String unit) {
  static Timing of(RunResult run) {
    BenchmarkParams params = run.getParams();
    Result<?> result = run.getPrimaryResult();
    Map<String, String> parameters = new TreeMap<>();
    params.getParamsKeys().forEach(name -> parameters.put(name, params.getParam(name)));
    return new Timing(
        shortName(params),
        parameters,
        result.getScore(),
        finite(result.getScoreError()),
        percentile(params, result, 50),
        percentile(params, result, 99),
        result.getScoreUnit());
  }

  /** The name without its package. */
  static String shortName(BenchmarkParams params) {
    return shortName(params.getBenchmark());
  }

  /** The name without its package. */
  static String shortName(String benchmark) {
    int method = benchmark.lastIndexOf('.');
    return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
  }

  private static OptionalDouble percentile(BenchmarkParams params, Result<?> result, int rank) {
    return params.getMode() == Mode.SampleTime
        ? finite(result.getStatistics().getPercentile(rank))
        : OptionalDouble.empty();
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
