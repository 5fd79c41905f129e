package org.attunedb.bench.ann;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.attunedb.core.Similarity;

/** The true nearest neighbours, by comparing everything with everything. Stateless. */
final class ExactNeighbours {
  private static final int BLOCK = 4_096;

  private ExactNeighbours() {}

  /**
   * The k nearest accepted rows of every query, nearest first, the lower row first among equals;
   * fewer where fewer are accepted. Reads the file once, a block at a time, on all cores.
   *
   * @param progress is told the rows read so far
   */
  static int[][] of(
      RowFile base,
      float[][] queries,
      Similarity similarity,
      int k,
      IntPredicate accept,
      IntConsumer progress) {
    float[][] prepared =
        Arrays.stream(queries)
            .map(query -> Closeness.prepare(similarity, query))
            .toArray(float[][]::new);
    Nearest[] nearest =
        IntStream.range(0, queries.length).mapToObj(q -> new Nearest(k)).toArray(Nearest[]::new);
    for (int from = 0; from < base.rows(); from += BLOCK) {
      int first = from;
      int to = Math.min(base.rows(), from + BLOCK);
      int[] rows = IntStream.range(from, to).filter(accept).toArray();
      float[][] block =
          Arrays.stream(rows)
              .mapToObj(row -> Closeness.prepare(similarity, base.floats(row)))
              .toArray(float[][]::new);
      IntStream.range(0, queries.length)
          .parallel()
          .forEach(
              q -> {
                for (int i = 0; i < rows.length; i++) {
                  nearest[q].offer(rows[i], Closeness.of(similarity, prepared[q], block[i]));
                }
              });
      progress.accept(Math.max(first, to));
    }
    return Arrays.stream(nearest).map(Nearest::rows).toArray(int[][]::new);
  }

  /** The best k so far, sorted; rows arrive in ascending order. Not thread-safe. */
  private static final class Nearest {
    private final int[] rows;
    private final float[] scores;
    private int size;

    Nearest(int k) {
      rows = new int[k];
      scores = new float[k];
    }

    void offer(int row, float score) {
      if (size == rows.length && score <= scores[size - 1]) {
        return;
      }
      int at = size < rows.length ? size++ : size - 1;
      while (at > 0 && scores[at - 1] < score) {
        scores[at] = scores[at - 1];
        rows[at] = rows[at - 1];
        at--;
      }
      scores[at] = score;
      rows[at] = row;
    }

    int[] rows() {
      return Arrays.copyOf(rows, size);
    }
  }
}
