package org.attunedb.index.internal.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankedListsTest {
  private static final double P = 0.9;

  @Test
  void rankBiasedOverlap_endsOfTheScale_areOneAndZero() {
    List<String> list = List.of("a", "b", "c");

    assertThat(RankedLists.rankBiasedOverlap(list, list, P)).isCloseTo(1, within(1e-12));
    assertThat(RankedLists.rankBiasedOverlap(list, List.of("x", "y", "z"), P)).isZero();
    assertThat(RankedLists.rankBiasedOverlap(List.of(), List.of(), P)).isOne();
    assertThat(RankedLists.rankBiasedOverlap(List.of(), list, P)).isZero();
    // A prefix agrees at every depth that both have, and is extrapolated to agree beyond.
    assertThat(RankedLists.rankBiasedOverlap(list.subList(0, 2), list, P))
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void rankBiasedOverlap_swappedPair_isTheValueByHand() {
    // Agreement 0 at depth 1 and 1 from depth 2 on: 1 - (1 - p).
    assertThat(RankedLists.rankBiasedOverlap(List.of("a", "b"), List.of("b", "a"), P))
        .isCloseTo(0.9, within(1e-12));
  }

  @Test
  void rankBiasedOverlap_randomLists_isTheSumOverAllDepths() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      List<String> a = list(random);
      List<String> b = list(random);

      assertThat(RankedLists.rankBiasedOverlap(a, b, P))
          .as("%s and %s", a, b)
          .isCloseTo(naive(a, b), within(1e-9))
          .isCloseTo(RankedLists.rankBiasedOverlap(b, a, P), within(1e-12));
    }
  }

  private static List<String> list(Random random) {
    List<String> ids = new ArrayList<>(IntStream.range(0, 15).mapToObj(i -> "d" + i).toList());
    Collections.shuffle(ids, random);
    return ids.subList(0, 1 + random.nextInt(12));
  }

  /**
   * The definition (equation 4 of the paper) over depths that weigh anything, with the agreement
   * that section 4.4 assumes: the shorter list goes on as it has been, then both do.
   */
  private static double naive(List<String> a, List<String> b) {
    int s = Math.min(a.size(), b.size());
    int l = Math.max(a.size(), b.size());
    double sum = 0;
    for (int depth = 1; depth <= 500; depth++) {
      int d = Math.min(depth, l);
      double expected = common(a, b, s) * Math.max(0, d - s) / (double) s;
      sum += (1 - P) * Math.pow(P, depth - 1) * (common(a, b, d) + expected) / d;
    }
    return sum;
  }

  private static int common(List<String> a, List<String> b, int depth) {
    Set<String> first = new HashSet<>(a.subList(0, Math.min(depth, a.size())));
    first.retainAll(b.subList(0, Math.min(depth, b.size())));
    return first.size();
  }

  @Test
  void overlap_lists_isTheCommonShareOfTheLonger() {
    assertThat(RankedLists.overlap(List.of("a", "b"), List.of("b", "c", "d", "a"))).isEqualTo(0.5);
    assertThat(RankedLists.overlap(List.of(), List.of())).isOne();
    assertThat(RankedLists.overlap(List.of("a"), List.of())).isZero();
  }
}
