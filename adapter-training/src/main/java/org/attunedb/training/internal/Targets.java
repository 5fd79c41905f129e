package org.attunedb.training.internal;

import java.util.Arrays;

/** The relevant columns of one query with their grades, all above 0. */
final class Targets {
  private final int[] columns;
  private final double[] grades;

  Targets(int[] columns, double[] grades) {
    this.columns = columns;
    this.grades = grades;
  }

  int size() {
    return columns.length;
  }

  int column(int i) {
    return columns[i];
  }

  /** The share of target i in the query's soft target: grades scaled to the sum 1. */
  float share(int i) {
    return (float) (grades[i] / Arrays.stream(grades).sum());
  }

  double[] grades() {
    return grades.clone();
  }

  /**
   * The rank of every target among all columns: one more than the number of better scores, and of
   * equal scores in earlier columns.
   *
   * @param scores of all columns of several queries
   * @param offset of this query's first score
   * @param width number of columns
   */
  int[] ranks(float[] scores, int offset, int width) {
    int[] ranks = new int[columns.length];
    for (int i = 0; i < columns.length; i++) {
      float own = scores[offset + columns[i]];
      int rank = 1;
      for (int column = 0; column < width; column++) {
        float other = scores[offset + column];
        if (other > own || (other == own && column < columns[i])) {
          rank++;
        }
      }
      ranks[i] = rank;
    }
    return ranks;
  }
}
