package org.attunedb.training.internal;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Scores of some columns; 0 for the others. Immutable. */
final class ColumnScores {
  /** Of no column. */
  static final ColumnScores NONE = of(new TreeMap<>());

  private final int[] columns;
  private final float[] scores;

  private ColumnScores(int[] columns, float[] scores) {
    this.columns = columns;
    this.scores = scores;
  }

  static ColumnScores of(SortedMap<Integer, Float> scoreByColumn) {
    int[] columns = new int[scoreByColumn.size()];
    float[] scores = new float[columns.length];
    int next = 0;
    for (Map.Entry<Integer, Float> entry : scoreByColumn.entrySet()) {
      columns[next] = entry.getKey();
      scores[next++] = entry.getValue();
    }
    return new ColumnScores(columns, scores);
  }

  float score(int column) {
    int place = Arrays.binarySearch(columns, column);
    return place < 0 ? 0 : scores[place];
  }

  /** The columns that have a score, ascending. */
  int[] columns() {
    return columns.clone();
  }
}
