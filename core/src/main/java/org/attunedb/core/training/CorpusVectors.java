package org.attunedb.core.training;

/**
 * The document vectors of one snapshot, addressed by row 0 to {@code size() - 1}. Thread-safe; rows
 * don't change while training runs.
 */
public interface CorpusVectors {
  /** Number of rows. */
  int size();

  /** Number of components of each row. */
  int dimension();

  /**
   * Copies one row, as stored (unit length in a cosine collection), into {@code target} from {@code
   * offset} on.
   */
  void copyRow(int row, float[] target, int offset);

  /** The id of a row's document. */
  String id(int row);
}
