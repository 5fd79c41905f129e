package org.attunedb.core.evaluation;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.CostComparison.Saving;
import org.attunedb.core.evaluation.RecallReport.Subset;

/** Finds the smaller k and counts tokens. Not thread-safe. */
final class CostAnalysis {
  /** Sums of the same recalls in another order may differ by this much. */
  private static final double ROUNDING = 1e-12;

  private final DocumentNumbers documents;
  private final DocumentTexts texts;
  private final ReportSettings settings;
  private final int depth;
  private final long seed;
  private final int[] tokens;

  CostAnalysis(
      DocumentNumbers documents,
      DocumentTexts texts,
      ReportSettings settings,
      int depth,
      long seed) {
    this.documents = documents;
    this.texts = texts;
    this.settings = settings;
    this.depth = depth;
    this.seed = seed;
    this.tokens = new int[documents.size()];
    Arrays.fill(tokens, -1);
  }

  /** Compares two ways to search over some queries, at least one. */
  CostComparison of(Evaluation.Comparison compared, Subset subset, int[] members) {
    SearchedWay before = compared.before();
    SearchedWay after = compared.after();
    int k = settings.costK();
    double[] base = recalls(before, members, k);
    double[] baseTokens = tokens(before, members, k);
    double recall = mean(base);
    return new CostComparison(
        compared.mode(),
        subset,
        members.length,
        k,
        recall,
        mean(baseTokens),
        smallest(n -> mean(recalls(after, members, n)) >= recall - ROUNDING)
            .map(n -> saving(n, after, members, baseTokens)),
        smallest(n -> isAssured(recalls(after, members, n), base))
            .map(n -> saving(n, after, members, baseTokens)));
  }

  /**
   * Recall grows with the number of hits, for every query and so in every resample (which the seed
   * makes the same ones each time): both conditions hold from some number on, which halving finds.
   */
  private Optional<Integer> smallest(IntPredicate reached) {
    if (!reached.test(depth)) {
      return Optional.empty();
    }
    int low = 1;
    int high = depth;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (reached.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Optional.of(low);
  }

  private boolean isAssured(double[] after, double[] before) {
    PairedBootstrap interval = interval(difference(after, before));
    return Math.min(interval.mean(), interval.low()) >= -ROUNDING;
  }

  private Saving saving(int k, SearchedWay after, int[] members, double[] baseTokens) {
    double[] needed = tokens(after, members, k);
    PairedBootstrap saved = interval(difference(baseTokens, needed));
    return new Saving(
        k, mean(recalls(after, members, k)), mean(needed), saved.mean(), saved.low(), saved.high());
  }

  private PairedBootstrap interval(double[] differences) {
    return PairedBootstrap.of(
        differences, Evaluation.CONFIDENCE, PairedBootstrap.DEFAULT_DRAWS, seed);
  }

  private double[] tokens(SearchedWay way, int[] members, int k) {
    return IntStream.of(members)
        .mapToDouble(q -> IntStream.of(way.hits(q)).limit(k).mapToLong(this::tokens).sum())
        .toArray();
  }

  private int tokens(int document) {
    if (tokens[document] < 0) {
      String text = texts.text(documents.id(document));
      tokens[document] = text == null ? 0 : count(text);
    }
    return tokens[document];
  }

  private int count(String text) {
    int counted = settings.tokens().applyAsInt(text);
    if (counted < 0) {
      throw new IllegalArgumentException("the token counter returned " + counted);
    }
    return counted;
  }

  private static double[] recalls(SearchedWay way, int[] members, int k) {
    return IntStream.of(members).mapToDouble(q -> way.recall(q, k)).toArray();
  }

  private static double[] difference(double[] of, double[] minus) {
    return IntStream.range(0, of.length).mapToDouble(i -> of[i] - minus[i]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
