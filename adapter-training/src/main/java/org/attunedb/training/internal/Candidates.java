package org.attunedb.training.internal;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * The corpus rows that take part in the softmax: all of a corpus up to {@value #FULL_CORPUS} rows;
 * of a larger one every judged row, rows that the base ranking confuses with them, and a uniform
 * sample of the others. Columns of the score matrix number these rows.
 */
final class Candidates {
  /** Beyond this a step over all rows costs more than what it adds: about a second on one core. */
  static final int FULL_CORPUS = 100_000;

  private final int[] rows;
  private final Map<Integer, Integer> columnOfRow = new HashMap<>();

  private Candidates(int[] rows) {
    this.rows = rows;
    for (int column = 0; column < rows.length; column++) {
      columnOfRow.put(rows[column], column);
    }
  }

  /** The candidates of a training; mines confusable rows if the corpus is too large for all. */
  static Candidates of(TrainingSet set, long seed, HardNegatives negatives) {
    return set.corpus().size() <= FULL_CORPUS
        ? of(set, seed, FULL_CORPUS)
        : of(set, seed, FULL_CORPUS, negatives.mine(set, seed));
  }

  /** The candidates under a limit, without mined rows. */
  static Candidates of(TrainingSet set, long seed, int limit) {
    return of(set, seed, limit, new BitSet());
  }

  /**
   * The candidates under a limit.
   *
   * @param confusable rows to prefer over others
   */
  static Candidates of(TrainingSet set, long seed, int limit, BitSet confusable) {
    CorpusVectors corpus = set.corpus();
    BitSet chosen = new BitSet(corpus.size());
    if (corpus.size() <= limit) {
      chosen.set(0, corpus.size());
    } else {
      for (LabelledQuery query : set.queries()) {
        query.labels().forEach(label -> chosen.set(label.row()));
      }
      confusable.stream()
          .filter(row -> !chosen.get(row))
          .limit(Math.max(0, limit - chosen.cardinality()))
          .boxed()
          .toList()
          .forEach(chosen::set);
      SplittableRandom random = new SplittableRandom(seed);
      int missing = limit - chosen.cardinality();
      while (missing > 0) {
        int row = random.nextInt(corpus.size());
        if (!chosen.get(row)) {
          chosen.set(row);
          missing--;
        }
      }
    }
    return new Candidates(chosen.stream().toArray());
  }

  int size() {
    return rows.length;
  }

  int row(int column) {
    return rows[column];
  }

  /** Columns and grades of a query's relevant rows, and columns of those judged not relevant. */
  Targets targets(LabelledQuery query) {
    List<Label> relevant = query.labels().stream().filter(label -> label.grade() > 0).toList();
    return new Targets(
        relevant.stream().mapToInt(label -> column(label.row())).toArray(),
        relevant.stream().mapToDouble(Label::grade).toArray(),
        query.labels().stream()
            .filter(label -> label.grade() == 0)
            .mapToInt(label -> column(label.row()))
            .toArray());
  }

  /** The column of a row, -1 if it is not a candidate. */
  int columnOrNone(int row) {
    return columnOfRow.getOrDefault(row, -1);
  }

  private int column(int row) {
    Integer column = columnOfRow.get(row);
    if (column == null) {
      throw new IllegalStateException("judged row " + row + " is not a candidate");
    }
    return column;
  }
}
