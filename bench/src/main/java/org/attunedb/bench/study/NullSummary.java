package org.attunedb.bench.study;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the runs say together.
 *
 * @param labels in each run
 * @param outcomes how often each verdict was given, by name
 */
record NullSummary(
    int runs,
    int labels,
    int published,
    BinomialInterval interval,
    Map<String, Integer> outcomes,
    double secondsPerRun) {
  /** What is asked: at most this share of the runs may publish. */
  static final double ASKED = 0.05;

  static NullSummary of(List<NullStudy.Run> all, int labels) {
    int published = (int) all.stream().filter(run -> run.decision().published()).count();
    Map<String, Integer> outcomes = new TreeMap<>();
    for (NullStudy.Run run : all) {
      outcomes.merge(run.decision().outcome().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
    }
    return new NullSummary(
        all.size(),
        labels,
        published,
        BinomialInterval.of(published, all.size()),
        outcomes,
        all.stream().mapToDouble(NullStudy.Run::seconds).average().orElse(0));
  }

  double share() {
    return (double) published / runs;
  }

  /** Whether more are published than is asked, beyond chance. */
  boolean refuted() {
    return interval.low() > ASKED;
  }
}
