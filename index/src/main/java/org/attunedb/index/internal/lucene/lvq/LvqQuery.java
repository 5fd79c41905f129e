package org.attunedb.index.internal.lucene.lvq;

import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * What records are compared with: a vector whose components are a least one and a number of steps,
 * as a record's are. Its inner product with a record then is a sum of four products of numbers
 * known for each of them and one of integers, which Lucene's kernels for bytes compute. Not
 * thread-safe.
 */
abstract sealed class LvqQuery {
  private final VectorSimilarityFunction similarity;
  private double least;
  private double step;
  private double sum;
  private double squares;

  private LvqQuery(VectorSimilarityFunction similarity) {
    this.similarity = similarity;
  }

  private void set(double least, double step, double sum, double squares) {
    this.least = least;
    this.step = step;
    this.sum = sum;
    this.squares = squares;
  }

  /** The sum of the products of this vector's numbers of steps and a record's codes. */
  abstract double products(byte[] record);

  /** The score as Lucene defines it for the similarity. */
  final float score(byte[] record) {
    double otherLeast = LvqCode.least(record);
    double otherStep = LvqCode.step(record);
    double dot =
        (record.length - LvqCode.EXTRA_BYTES) * least * otherLeast
            + least * otherStep * LvqCode.sum(record)
            + otherLeast * step * sum
            + step * otherStep * products(record);
    return switch (similarity) {
      case DOT_PRODUCT -> (float) Math.max((1 + dot) / 2, 0);
      case COSINE -> cosine(dot, LvqCode.squares(record));
      case EUCLIDEAN ->
          (float) (1 / (1 + Math.max(0, squares + LvqCode.squares(record) - 2 * dot)));
      case MAXIMUM_INNER_PRODUCT ->
          (float) Math.min(dot < 0 ? 1 / (1 - dot) : dot + 1, Float.MAX_VALUE);
    };
  }

  private float cosine(double dot, double otherSquares) {
    double lengths = Math.sqrt(squares * otherSquares);
    return lengths == 0 ? 0.5f : (float) Math.max((1 + dot / lengths) / 2, 0);
  }

  /**
   * Any vector, with 16 bits for each component: 257 times as fine as a record, so that the scores
   * are those of the vector itself for all that records can tell.
   */
  static final class OfVector extends LvqQuery {
    private static final int STEPS = 65_535;

    /** Upper and lower halves, and zeros where a record has no codes. */
    private final byte[] high;

    private final byte[] low;

    OfVector(VectorSimilarityFunction similarity, float[] vector) {
      super(similarity);
      this.high = new byte[LvqCode.recordBytes(vector.length)];
      this.low = new byte[LvqCode.recordBytes(vector.length)];
      float least = vector[0];
      float greatest = vector[0];
      for (float component : vector) {
        least = Math.min(least, component);
        greatest = Math.max(greatest, component);
      }
      double step = ((double) greatest - least) / STEPS;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < vector.length; i++) {
        int steps = step == 0 ? 0 : (int) (((double) vector[i] - least) / step + 0.5);
        high[i] = (byte) (steps >>> 8);
        low[i] = (byte) steps;
        sum += steps;
        squares += (double) steps * steps;
      }
      super.set(least, step, sum, LvqCode.squares(vector.length, least, step, sum, squares));
    }

    @Override
    double products(byte[] record) {
      return 256.0 * VectorUtil.uint8DotProduct(high, record)
          + VectorUtil.uint8DotProduct(low, record);
    }
  }

  /** A record, as it is. */
  static final class OfRecord extends LvqQuery {
    private final byte[] codes;

    OfRecord(VectorSimilarityFunction similarity, int dimension) {
      super(similarity);
      this.codes = new byte[LvqCode.recordBytes(dimension)];
    }

    /** Takes another record's codes. */
    void set(byte[] record) {
      System.arraycopy(record, 0, codes, 0, codes.length - LvqCode.EXTRA_BYTES);
      super.set(
          LvqCode.least(record),
          LvqCode.step(record),
          LvqCode.sum(record),
          LvqCode.squares(record));
    }

    @Override
    double products(byte[] record) {
      return VectorUtil.uint8DotProduct(codes, record);
    }
  }
}
