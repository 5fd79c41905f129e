package org.attunedb.core.adapter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the remembered queries that are closest to a query: the adapter's hidden vectors, which are
 * computed anyway, choose candidates, and the remembered queries themselves decide. Hidden vectors
 * of few components would choose blindly: then all queries are compared. Thread-safe.
 */
final class ClosestQueries {
  /**
   * Candidates that are compared exactly. With 64 of them, closeness tells seen from unseen queries
   * as well as a comparison with all (docs/adapter.md).
   */
  private static final int CANDIDATES = 64;

  /** Fewer hidden components don't tell queries apart: then all are compared exactly. */
  private static final int MIN_RANK = 32;

  /** How many are given. */
  private static final int CLOSEST = 16;

  private static final int LEVELS = 127;

  private final QueryMemory memory;

  /** Component r of the hidden direction of query q is about {@code codes[r][q] · steps[r]}. */
  private final byte[][] codes;

  private final float[] steps;

  /** A remembered query and its cosine to the new one. */
  record Close(int query, float cosine) {}

  /** Prepares the hidden vectors of the remembered queries. */
  ClosestQueries(QueryMemory memory, float[][] downColumns, int rank) {
    this.memory = memory;
    int used = rank < MIN_RANK ? 0 : rank;
    this.codes = new byte[used][memory.count()];
    this.steps = new float[used];
    float[][] directions = new float[used == 0 ? 0 : memory.count()][];
    for (int q = 0; q < directions.length; q++) {
      float[] hidden = new float[rank];
      Axpy.addRows(downColumns, memory.query(q), hidden);
      float norm = norm(hidden);
      for (int r = 0; r < rank && norm > 0; r++) {
        hidden[r] /= norm;
        steps[r] = Math.max(steps[r], Math.abs(hidden[r]) / LEVELS);
      }
      directions[q] = hidden;
    }
    for (int q = 0; q < directions.length; q++) {
      for (int r = 0; r < rank && steps[r] > 0; r++) {
        codes[r][q] = (byte) Math.round(directions[q][r] / steps[r]);
      }
    }
  }

  /**
   * The closest remembered queries, closest first.
   *
   * @param unit the query, of unit length
   * @param hidden its hidden vector
   */
  List<Close> find(float[] unit, float[] hidden) {
    Quarters quarters = new Quarters(unit);
    List<Close> closest = new ArrayList<>(CANDIDATES);
    for (int query : best(likeness(quarters, hidden))) {
      closest.add(new Close(query, Math.clamp(memory.dot(query, quarters), -1, 1)));
    }
    closest.sort(Comparator.comparingDouble(Close::cosine).reversed());
    return closest.subList(0, Math.min(CLOSEST, closest.size()));
  }

  private float[] likeness(Quarters unit, float[] hidden) {
    float[] likeness = new float[memory.count()];
    if (hidden.length < MIN_RANK || !(norm(hidden) > 0)) {
      for (int q = 0; q < likeness.length; q++) {
        likeness[q] = memory.dot(q, unit);
      }
      return likeness;
    }
    float[] factors = new float[hidden.length];
    for (int r = 0; r < factors.length; r++) {
      factors[r] = hidden[r] * steps[r];
    }
    Axpy.addRows(codes, factors, likeness);
    return likeness;
  }

  /** The indexes of the largest numbers, in no order; of equal ones the first. */
  private static int[] best(float[] numbers) {
    int count = Math.min(CANDIDATES, numbers.length);
    int[] heap = new int[count];
    for (int i = 0; i < count; i++) {
      heap[i] = i;
    }
    for (int i = count / 2 - 1; i >= 0; i--) {
      sink(heap, i, numbers);
    }
    float least = numbers[heap[0]];
    for (int i = count; i < numbers.length; i++) {
      if (numbers[i] > least) {
        heap[0] = i;
        sink(heap, 0, numbers);
        least = numbers[heap[0]];
      }
    }
    return heap;
  }

  /** Moves an entry down a heap whose smallest number is on top. */
  private static void sink(int[] heap, int start, float[] numbers) {
    int at = start;
    while (true) {
      int child = 2 * at + 1;
      if (child >= heap.length) {
        return;
      }
      if (child + 1 < heap.length && numbers[heap[child + 1]] < numbers[heap[child]]) {
        child++;
      }
      if (numbers[heap[at]] <= numbers[heap[child]]) {
        return;
      }
      int swapped = heap[at];
      heap[at] = heap[child];
      heap[child] = swapped;
      at = child;
    }
  }

  private static float norm(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return (float) Math.sqrt(squares);
  }
}
