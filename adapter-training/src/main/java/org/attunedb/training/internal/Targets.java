package org.attunedb.training.internal;

import java.util.Arrays;

/**
 * The relevant columns of one query with their grades, all above 0, and those that were judged not
 * relevant.
 */
final class Targets {
  private final int[] columns;
  private final double[] grades;
  private final float[] shares;
  private final int[] negatives;

  Targets(int[] columns, double[] grades) {
    this(columns, grades, new int[0]);
  }

  Targets(int[] columns, double[] grades, int[] negatives) {
    this.columns = columns;
    this.negatives = negatives;
    this.grades = grades;
    this.shares = shares(grades);
  }

  private static float[] shares(double[] grades) {
    // Relative to the highest grade, so that no sum of finite grades overflows.
    double highest = Arrays.stream(grades).max().orElse(1);
    double sum = Arrays.stream(grades).map(grade -> grade / highest).sum();
    float[] shares = new float[grades.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) (grades[i] / highest / sum);
    }
    return shares;
  }

  int size() {
    return columns.length;
  }

  int column(int i) {
    return columns[i];
  }

  /** The share of target i in the query's soft target: grades scaled to the sum 1. */
  float share(int i) {
    return shares[i];
  }

  /** Number of columns that were judged not relevant. */
  int negatives() {
    return negatives.length;
  }

  int negative(int i) {
    return negatives[i];
  }

  double[] grades() {
    return grades.clone();
  }

  /**
   * The rank of every target among all columns: one more than the number of better scores, and of
   * equal scores in earlier columns. A score that is not a number is the worst for a target and the
   * best for the others, so that broken scores never look like a good ranking.
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
        boolean worse = other < own || (other == own && column >= columns[i]);
        if (!worse && column != columns[i]) {
          rank++;
        }
      }
      ranks[i] = rank;
    }
    return ranks;
  }

  /**
   * The rank of one column among some, by the rules of {@link #ranks}; one more than the number of
   * columns for a column that is not among them.
   */
  int rank(int target, int[] among, float[] scores) {
    int place = Arrays.binarySearch(among, target);
    if (place < 0) {
      return among.length + 1;
    }
    float own = scores[place];
    int rank = 1;
    for (int i = 0; i < among.length; i++) {
      boolean worse = scores[i] < own || (scores[i] == own && i >= place);
      if (!worse && i != place) {
        rank++;
      }
    }
    return rank;
  }

  /** Whether both point to a column. */
  boolean meets(Targets other) {
    for (int column : columns) {
      for (int theirs : other.columns) {
        if (column == theirs) {
          return true;
        }
      }
    }
    return false;
  }
}
