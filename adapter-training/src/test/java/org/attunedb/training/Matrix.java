package org.attunedb.training;

import java.util.Arrays;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.CorpusVectors;

/** A corpus in an array; rows may be anything, also zero or NaN. */
public final class Matrix implements CorpusVectors {
  private final float[][] rows;

  private Matrix(float[][] rows) {
    this.rows = rows;
  }

  /** Rows of one length, at least one. */
  public static Matrix of(float[]... rows) {
    return new Matrix(Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new));
  }

  /** Rows of zeros. */
  public static Matrix zeros(int rows, int dimension) {
    return new Matrix(new float[rows][dimension]);
  }

  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public int dimension() {
    return rows[0].length;
  }

  @Override
  public void copyRow(int row, float[] target, int offset) {
    System.arraycopy(rows[row], 0, target, offset, dimension());
  }

  @Override
  public String id(int row) {
    return "d" + row;
  }

  /** A copy of one row. */
  public float[] row(int row) {
    return rows[row].clone();
  }

  /** This corpus with another row in place of one. */
  public Matrix with(int row, float... replacement) {
    float[][] changed = rows.clone();
    changed[row] = replacement.clone();
    return new Matrix(changed);
  }

  /** One row as an embedding. */
  public Embedding embedding(int row) {
    return Embedding.of(rows[row]);
  }
}
