package org.attunedb.training.internal;

/** Finds the places of the largest numbers. */
final class Largest {
  private Largest() {}

  /**
   * The places of the largest of some numbers, largest first; of equal numbers the first place. A
   * number that is not a number is the smallest.
   *
   * @param offset of the first number
   * @param length how many numbers
   * @param count how many places
   */
  static int[] of(float[] numbers, int offset, int length, int count) {
    int size = Math.min(count, length);
    int[] heap = new int[size];
    int filled = 0;
    for (int i = 0; i < length; i++) {
      if (filled < size) {
        heap[filled] = i;
        rise(heap, filled++, numbers, offset);
      } else if (size > 0 && precedes(i, heap[0], numbers, offset)) {
        heap[0] = i;
        sink(heap, size, numbers, offset);
      }
    }
    for (int end = filled - 1; end > 0; end--) {
      swap(heap, 0, end);
      sink(heap, end, numbers, offset);
    }
    return heap;
  }

  private static boolean precedes(int a, int b, float[] numbers, int offset) {
    float first = numbers[offset + a];
    float second = numbers[offset + b];
    if (Float.isNaN(first) || Float.isNaN(second)) {
      return Float.isNaN(first) == Float.isNaN(second) ? a < b : Float.isNaN(second);
    }
    return first > second || (first == second && a < b);
  }

  private static void rise(int[] heap, int start, float[] numbers, int offset) {
    int at = start;
    while (at > 0 && precedes(heap[(at - 1) / 2], heap[at], numbers, offset)) {
      swap(heap, at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private static void sink(int[] heap, int size, float[] numbers, int offset) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && precedes(heap[child], heap[child + 1], numbers, offset)) {
        child++;
      }
      if (!precedes(heap[at], heap[child], numbers, offset)) {
        return;
      }
      swap(heap, at, child);
      at = child;
    }
  }

  private static void swap(int[] heap, int a, int b) {
    int swapped = heap[a];
    heap[a] = heap[b];
    heap[b] = swapped;
  }
}
