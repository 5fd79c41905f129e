package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.attunedb.core.Similarity;

/**
 * The true neighbours of every query, and the recall of answers. A row that is as close as the k-th
 * true neighbour counts as found: among duplicates it is chance which of them is the true one.
 */
final class Truth {
  /** Relative to the closeness; sums of products come out differently in another order. */
  private static final float TIE = 1e-5f;

  private final RowFile base;
  private final float[][] queries;
  private final Similarity similarity;
  private final int[][] rows;

  /**
   * Known neighbours.
   *
   * @param rows of every query, nearest first
   */
  Truth(RowFile base, float[][] queries, Similarity similarity, int[][] rows) {
    this.base = base;
    this.queries = queries;
    this.similarity = similarity;
    this.rows = rows;
  }

  /**
   * Mean share of the k nearest that are in the answers, 0 to 1; queries without any are left out.
   */
  <A> double recall(Lookup<A> lookup, int k) throws IOException {
    double sum = 0;
    int counted = 0;
    for (int q = 0; q < queries.length; q++) {
      int wanted = Math.min(k, rows[q].length);
      if (wanted == 0) {
        continue;
      }
      sum += (double) found(q, wanted, lookup.rows(lookup.find(q))) / wanted;
      counted++;
    }
    return counted == 0 ? 1 : sum / counted;
  }

  private int found(int query, int wanted, int[] answer) {
    Set<Integer> nearest = new HashSet<>();
    IntStream.range(0, wanted).forEach(i -> nearest.add(rows[query][i]));
    Set<Integer> seen = new HashSet<>();
    int found = 0;
    int others = 0;
    for (int row : answer) {
      if (!seen.add(row)) {
        throw new IllegalStateException("row " + row + " was answered twice");
      }
      if (nearest.contains(row)) {
        found++;
      } else if (isTied(query, rows[query][wanted - 1], row)) {
        others++;
      }
    }
    return Math.min(wanted, found + others);
  }

  /**
   * Mean share of the k nearest that are among the first candidates of every query.
   *
   * @param candidates of every query, best first, each once
   * @param counts how many of them are looked at, ascending
   * @return one recall for each count
   */
  double[] recalls(int[][] candidates, int k, int[] counts) {
    double[] sums = new double[counts.length];
    for (int q = 0; q < queries.length; q++) {
      int wanted = Math.min(k, rows[q].length);
      Set<Integer> nearest = new HashSet<>();
      for (int i = 0; i < wanted; i++) {
        nearest.add(rows[q][i]);
      }
      int found = 0;
      int at = 0;
      for (int c = 0; c < counts.length; c++) {
        for (; at < Math.min(counts[c], candidates[q].length) && found < wanted; at++) {
          int row = candidates[q][at];
          found += nearest.contains(row) || isTied(q, rows[q][wanted - 1], row) ? 1 : 0;
        }
        sums[c] += (double) found / wanted;
      }
    }
    return Arrays.stream(sums).map(sum -> sum / queries.length).toArray();
  }

  private boolean isTied(int query, int last, int row) {
    float[] prepared = Closeness.prepare(similarity, queries[query]);
    float needed = closeness(prepared, last);
    return closeness(prepared, row) >= needed - TIE * Math.abs(needed);
  }

  private float closeness(float[] prepared, int row) {
    return Closeness.of(similarity, prepared, Closeness.prepare(similarity, base.floats(row)));
  }
}
