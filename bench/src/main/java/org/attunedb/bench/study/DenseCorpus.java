package org.attunedb.bench.study;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Document vectors of unit length in memory, ranked exactly. Immutable as long as nobody changes
 * the rows it was given.
 */
final class DenseCorpus {
  /** So many queries share one pass over the matrix, which is larger than the caches. */
  private static final int BLOCK = 8;

  private final List<String> ids;
  private final float[][] rows;
  private final float[][] columns;

  /**
   * Documents in the order that decides between equal scores.
   *
   * @param ids one a row
   * @param rows shape {@code [documents, dimension]}, unit length or zero
   */
  DenseCorpus(List<String> ids, float[][] rows) {
    if (rows.length == 0 || ids.size() != rows.length) {
      throw new IllegalArgumentException(ids.size() + " ids for " + rows.length + " documents");
    }
    this.ids = List.copyOf(ids);
    this.rows = rows;
    this.columns = new float[rows[0].length][rows.length];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < columns.length; i++) {
        columns[i][row] = rows[row][i];
      }
    }
  }

  /** This corpus with other vectors for some rows. */
  DenseCorpus with(Map<Integer, float[]> moved) {
    float[][] changed = rows.clone();
    moved.forEach((row, vector) -> changed[row] = vector);
    return new DenseCorpus(ids, changed);
  }

  int size() {
    return rows.length;
  }

  int dimension() {
    return columns.length;
  }

  /** A row, not to be changed. */
  float[] row(int row) {
    return rows[row];
  }

  String id(int row) {
    return ids.get(row);
  }

  /** Inner products of queries with all rows, shape {@code [queries, documents]}. */
  float[][] scores(List<float[]> queries) {
    float[][] scores = new float[queries.size()][rows.length];
    IntStream.range(0, Math.ceilDiv(scores.length, BLOCK))
        .parallel()
        .forEach(
            block -> {
              int end = Math.min(scores.length, (block + 1) * BLOCK);
              for (int i = 0; i < columns.length; i++) {
                for (int q = block * BLOCK; q < end; q++) {
                  float component = queries.get(q)[i];
                  if (component != 0) {
                    Vectors.add(scores[q], component, columns[i]);
                  }
                }
              }
            });
    return scores;
  }

  /**
   * The ids of the k best rows for each query, best first; of equal scores the first row. A zero
   * query, which has no direction, finds nothing.
   */
  List<List<String>> rank(List<float[]> queries, int k) {
    return IntStream.range(0, Math.ceilDiv(queries.size(), 256))
        .boxed()
        .flatMap(
            chunk -> {
              List<float[]> part =
                  queries.subList(chunk * 256, Math.min(queries.size(), (chunk + 1) * 256));
              float[][] scores = scores(part);
              return IntStream.range(0, part.size())
                  .mapToObj(
                      q -> Vectors.isZero(part.get(q)) ? List.<String>of() : best(scores[q], k));
            })
        .toList();
  }

  private List<String> best(float[] scores, int k) {
    int[] best = new int[Math.min(k, scores.length)];
    int found = 0;
    for (int row = 0; row < scores.length; row++) {
      if (found < best.length || scores[row] > scores[best[found - 1]]) {
        int place = found < best.length ? found++ : found - 1;
        while (place > 0 && scores[best[place - 1]] < scores[row]) {
          best[place] = best[place - 1];
          place--;
        }
        best[place] = row;
      }
    }
    return Arrays.stream(best).mapToObj(ids::get).toList();
  }
}
