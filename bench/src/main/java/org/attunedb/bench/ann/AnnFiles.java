package org.attunedb.bench.ann;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.IntPredicate;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/** The files of a task, held against each other. Thread-safe. */
final class AnnFiles implements Closeable {
  private final RowFile base;
  private final float[][] queries;
  private final int[][] nearest;
  private final Similarity similarity;

  private AnnFiles(RowFile base, float[][] queries, int[][] nearest, Similarity similarity) {
    this.base = base;
    this.queries = queries;
    this.nearest = nearest;
    this.similarity = similarity;
  }

  /**
   * Opens and checks them.
   *
   * @throws InvalidInputException if a file is malformed or doesn't fit the others or k
   */
  static AnnFiles open(EngineTask task) throws IOException {
    EngineTask.Files files = task.files();
    RowFile base = RowFile.open(files.base());
    try (RowFile queries = RowFile.open(files.queries());
        RowFile truth = RowFile.open(files.truth())) {
      require(
          queries.width() == base.width(),
          ErrorCode.DIMENSION_MISMATCH,
          "%s: queries have %s dimensions, expected %s as in %s"
              .formatted(queries.path(), queries.width(), base.width(), base.path()));
      require(
          truth.rows() == queries.rows(),
          ErrorCode.FILE_MALFORMED,
          "%s: has %s rows, expected one for each of the %s queries"
              .formatted(truth.path(), truth.rows(), queries.rows()));
      require(
          task.k() <= truth.width(),
          ErrorCode.K_OUT_OF_RANGE,
          "k is %s, expected 1 to %s, the neighbours that %s knows"
              .formatted(task.k(), truth.width(), truth.path()));
      int[][] nearest = new int[truth.rows()][];
      for (int q = 0; q < nearest.length; q++) {
        nearest[q] = truth.ints(q);
        for (int row : nearest[q]) {
          if (row < 0 || row >= base.rows()) {
            throw FileFault.malformed(
                truth.path().toString(),
                q + 1L,
                "neighbour %s, expected 0 to %s".formatted(row, base.rows() - 1));
          }
        }
      }
      return new AnnFiles(base, queries.allFloats(), nearest, task.similarity());
    } catch (InvalidInputException | IOException e) {
      base.close();
      throw e;
    }
  }

  private static void require(boolean holds, ErrorCode code, String message) {
    if (!holds) {
      throw new InvalidInputException(code, message);
    }
  }

  RowFile base() {
    return base;
  }

  float[][] queries() {
    return queries;
  }

  /** The neighbours as the file has them. */
  Truth truth() {
    return new Truth(base, queries, similarity, nearest);
  }

  /** The k nearest of the accepted rows, computed. */
  Truth truth(int k, IntPredicate accept) {
    return new Truth(
        base,
        queries,
        similarity,
        ExactNeighbours.of(base, queries, similarity, k, accept, row -> {}));
  }

  @Override
  public void close() throws IOException {
    base.close();
  }
}
