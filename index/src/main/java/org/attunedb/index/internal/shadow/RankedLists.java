package org.attunedb.index.internal.shadow;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How alike two rankings are, each with every id once. Stateless. */
final class RankedLists {
  private RankedLists() {}

  /** Number of common ids divided by the length of the longer list; 1 for two empty ones. */
  static double overlap(List<String> a, List<String> b) {
    int longer = Math.max(a.size(), b.size());
    Set<String> common = new HashSet<>(a);
    common.retainAll(new HashSet<>(b));
    return longer == 0 ? 1 : common.size() / (double) longer;
  }

  /**
   * Extrapolated rank-biased overlap (Webber, Moffat and Zobel 2010, equation 32):
   *
   * <pre>
   * (1-p) · Σ p^(d-1) · A(d) over d = 1..l, + p^l · A(l)
   * A(d) = (X(d) + X(s)·max(0, d-s)/s) / d
   * </pre>
   *
   * <p>with X(d) common ids in both first d, s and l the lengths of the shorter and longer list.
   *
   * @param p persistence, above 0 and below 1
   * @return 0 to 1; 1 for two empty lists
   */
  static double rankBiasedOverlap(List<String> a, List<String> b, double p) {
    List<String> shorter = a.size() <= b.size() ? a : b;
    List<String> longer = a.size() <= b.size() ? b : a;
    if (shorter.isEmpty()) {
      return longer.isEmpty() ? 1 : 0;
    }
    Set<String> seen = new HashSet<>();
    int common = 0;
    int commonOfShorter = 0;
    double weight = 1 - p;
    double sum = 0;
    double agreement = 0;
    for (int d = 1; d <= longer.size(); d++) {
      common += seen.add(longer.get(d - 1)) ? 0 : 1;
      if (d <= shorter.size()) {
        common += seen.add(shorter.get(d - 1)) ? 0 : 1;
        commonOfShorter = common;
      }
      double beyond = Math.max(0, d - shorter.size()) / (double) shorter.size();
      agreement = (common + commonOfShorter * beyond) / d;
      sum += weight * agreement;
      weight *= p;
    }
    return sum + weight / (1 - p) * agreement;
  }
}
