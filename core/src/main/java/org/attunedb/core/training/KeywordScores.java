package org.attunedb.core.training;

import java.util.Arrays;

/**
 * What keyword search says about a query: the rows it ranks highest, with their scores. Rows that
 * are missing count as 0. Immutable.
 */
public final class KeywordScores {
  private static final KeywordScores NONE = new KeywordScores(new int[0], new float[0]);

  private final int[] rows;
  private final float[] scores;

  private KeywordScores(int[] rows, float[] scores) {
    this.rows = rows;
    this.scores = scores;
  }

  /** For a query without text, or without a known word. */
  public static KeywordScores none() {
    return NONE;
  }

  /**
   * Copies scores.
   *
   * @param rows of the corpus, each once, best first
   * @param scores above 0, one for each row
   */
  public static KeywordScores of(int[] rows, float[] scores) {
    if (rows.length != scores.length) {
      throw new IllegalArgumentException(
          "%s rows with %s scores".formatted(rows.length, scores.length));
    }
    for (float score : scores) {
      if (!(score > 0 && Float.isFinite(score))) {
        throw new IllegalArgumentException("keyword score is " + score);
      }
    }
    return new KeywordScores(rows.clone(), scores.clone());
  }

  /** Number of rows that have a score. */
  public int size() {
    return rows.length;
  }

  /** The i-th best row. */
  public int row(int i) {
    return rows[i];
  }

  /** The score of the i-th best row. */
  public float score(int i) {
    return scores[i];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeywordScores that
        && Arrays.equals(rows, that.rows)
        && Arrays.equals(scores, that.scores);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(rows) + Arrays.hashCode(scores);
  }

  @Override
  public String toString() {
    return "KeywordScores[" + rows.length + " rows]";
  }
}
