package org.attunedb.core.adapter;

import java.util.Arrays;

/**
 * A vector cut into four parts, to multiply it with many vectors of bytes. The products of the
 * parts are added up component by component, which the JIT compiler turns into SIMD, and only a
 * quarter of the additions are left for one sum, whose order it must keep: three times as fast as a
 * plain loop. Not thread-safe.
 */
final class Quarters {
  private final float[] first;
  private final float[] second;
  private final float[] third;
  private final float[] fourth;

  /** The components beyond the last whole quarter, at most three. */
  private final float[] rest;

  private final float[] products;

  Quarters(float[] vector) {
    int quarter = vector.length / 4;
    this.first = Arrays.copyOfRange(vector, 0, quarter);
    this.second = Arrays.copyOfRange(vector, quarter, 2 * quarter);
    this.third = Arrays.copyOfRange(vector, 2 * quarter, 3 * quarter);
    this.fourth = Arrays.copyOfRange(vector, 3 * quarter, 4 * quarter);
    this.rest = Arrays.copyOfRange(vector, 4 * quarter, vector.length);
    this.products = new float[quarter];
  }

  /** The inner product with the bytes from an offset on. */
  float dot(byte[] bytes, int offset) {
    multiply(bytes, offset, first, second, third, fourth, products);
    float sum = sum(products);
    for (int i = 0; i < rest.length; i++) {
      sum += bytes[offset + 4 * products.length + i] * rest[i];
    }
    return sum;
  }

  // Separate arrays, because the compiler would take offsets into one for overlaps (4x slower).
  private static void multiply(
      byte[] bytes,
      int offset,
      float[] first,
      float[] second,
      float[] third,
      float[] fourth,
      float[] products) {
    int second0 = offset + products.length;
    int third0 = second0 + products.length;
    int fourth0 = third0 + products.length;
    for (int i = 0; i < products.length; i++) {
      products[i] =
          bytes[offset + i] * first[i]
              + bytes[second0 + i] * second[i]
              + bytes[third0 + i] * third[i]
              + bytes[fourth0 + i] * fourth[i];
    }
  }

  /** Four sums, because one would wait for each addition before the next. */
  private static float sum(float[] numbers) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 4 <= numbers.length; i += 4) {
      a += numbers[i];
      b += numbers[i + 1];
      c += numbers[i + 2];
      d += numbers[i + 3];
    }
    for (; i < numbers.length; i++) {
      a += numbers[i];
    }
    return (a + b) + (c + d);
  }
}
