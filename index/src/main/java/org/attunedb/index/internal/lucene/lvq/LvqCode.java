package org.attunedb.index.internal.lucene.lvq;

import org.apache.lucene.util.BitUtil;

/**
 * Locally-adaptive vector quantisation with 8 bits (Aguerrebere et al., "Similarity search in the
 * blink of an eye with compressed indices", VLDB 2023, section 3) without the shift by a mean: each
 * vector has a scale of its own, from its least component to its greatest in 255 steps, so that its
 * code depends on nothing but itself.
 *
 * <p>A record of a vector of d components, little-endian:
 *
 * <pre>
 * d bytes  codes c, unsigned: component = least + c (greatest - least) / 255
 * float    least
 * float    greatest
 * i32      sum of the codes
 * i32      sum of their squares
 * </pre>
 *
 * <p>The ends are those that give the decoded vector the length of the given one: a code of a unit
 * vector is one, too. What was decoded and is encoded again gives the same components, bit for bit:
 * its least and greatest are the ends, and its length is already right. Stateless.
 */
final class LvqCode {
  /** Bytes of a record behind the codes. */
  static final int EXTRA_BYTES = 2 * Float.BYTES + 2 * Integer.BYTES;

  private static final int STEPS = 255;

  /**
   * Relative error of a length from which it is corrected: above what rounding to floats causes, or
   * decoded vectors would be corrected again and again.
   */
  private static final double LENGTH_TOLERANCE = 1e-6;

  private LvqCode() {}

  static int recordBytes(int dimension) {
    return dimension + EXTRA_BYTES;
  }

  /**
   * Encodes a vector.
   *
   * @param vector finite components, shape {@code [d]}
   * @param record receives the record, shape {@code [d + 16]}
   */
  static void encode(float[] vector, byte[] record) {
    float least = vector[0];
    float greatest = vector[0];
    double length = 0;
    for (float component : vector) {
      least = Math.min(least, component);
      greatest = Math.max(greatest, component);
      length += (double) component * component;
    }
    double step = step(least, greatest);
    double scale = step == 0 ? 0 : 1 / step;
    int sum = 0;
    int squares = 0;
    for (int i = 0; i < vector.length; i++) {
      int code = (int) (((double) vector[i] - least) * scale + 0.5);
      record[i] = (byte) code;
      sum += code;
      squares += code * code;
    }
    double decoded = squares(vector.length, least, step, sum, squares);
    double correction = decoded == 0 ? 1 : Math.sqrt(length / decoded);
    if (Math.abs(correction - 1) > LENGTH_TOLERANCE) {
      least = (float) (least * correction);
      greatest = (float) (greatest * correction);
    }
    BitUtil.VH_LE_FLOAT.set(record, vector.length, least);
    BitUtil.VH_LE_FLOAT.set(record, vector.length + 4, greatest);
    BitUtil.VH_LE_INT.set(record, vector.length + 8, sum);
    BitUtil.VH_LE_INT.set(record, vector.length + 12, squares);
  }

  /**
   * Decodes a record.
   *
   * @param vector receives the components, shape {@code [d]}
   */
  static void decode(byte[] record, float[] vector) {
    double least = least(record);
    double step = step(record);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (least + step * (record[i] & 0xff));
    }
  }

  static double least(byte[] record) {
    return (float) BitUtil.VH_LE_FLOAT.get(record, record.length - 16);
  }

  /** By how much one step of a code changes a component. */
  static double step(byte[] record) {
    return step(
        (float) BitUtil.VH_LE_FLOAT.get(record, record.length - 16),
        (float) BitUtil.VH_LE_FLOAT.get(record, record.length - 12));
  }

  private static double step(float least, float greatest) {
    return ((double) greatest - least) / STEPS;
  }

  /** The sum of a record's codes. */
  static int sum(byte[] record) {
    return (int) BitUtil.VH_LE_INT.get(record, record.length - 8);
  }

  /** The squared length of the vector that a record stands for. */
  static double squares(byte[] record) {
    return squares(
        record.length - EXTRA_BYTES,
        least(record),
        step(record),
        sum(record),
        (int) BitUtil.VH_LE_INT.get(record, record.length - 4));
  }

  /** Of d components that are each a least one and a number of steps: the sum of their squares. */
  static double squares(int dimension, double least, double step, double sum, double squares) {
    return dimension * least * least + 2 * least * step * sum + step * step * squares;
  }
}
