package org.attunedb.index.internal.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * A sample of the vectors that a collection was searched for, on the heap alone: each that came has
 * the same chance to be in it, and none is in it twice. Reservoir sampling by skips: Li, <a
 * href="https://doi.org/10.1145/198429.198435">Reservoir-Sampling Algorithms of Time Complexity
 * O(n(1+log(N/n)))</a>, algorithm L. Thread-safe.
 */
final class QuerySample {
  /** So many say enough of a recall to be used. */
  static final int LEAST = 128;

  /** Four times as many halve the error of a measured recall. */
  static final int MOST = 512;

  private static final long MOST_BYTES = 4L << 20;

  /** After so many times the queries of before, the sample is another one. */
  private static final int GROWTH = 4;

  private final RandomGenerator random;
  private final Lock lock = new ReentrantLock();

  /** Queries since the sample was full, and its size. */
  private final AtomicLong seen = new AtomicLong();

  /** The number of the next one that is taken; 0 while all are. */
  private volatile long next;

  private volatile int edition;

  // Guarded by the lock.
  private final List<float[]> queries = new ArrayList<>();
  private final List<Long> hashes = new ArrayList<>();
  private final Set<Long> present = new HashSet<>();
  private double weight = 1;
  private long renewal;

  /**
   * An empty sample.
   *
   * @param random chooses what stays
   */
  QuerySample(RandomGenerator random) {
    this.random = random;
  }

  /** Gives it a query, which it copies if it takes it. Never waits. */
  void offer(float[] query) {
    long number = seen.incrementAndGet();
    if (number < next || !lock.tryLock()) {
      return;
    }
    try {
      take(query, number);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Rises when the sample says more than before: when it has {@link #LEAST} queries, when it is
   * full, and whenever four times as many queries came as before. 0 as long as it is too small.
   */
  int edition() {
    return edition;
  }

  /** The queries, not to be changed. */
  List<float[]> queries() {
    lock.lock();
    try {
      return List.copyOf(queries);
    } finally {
      lock.unlock();
    }
  }

  private void take(float[] query, long number) {
    int capacity = Math.clamp(MOST_BYTES / ((long) Float.BYTES * query.length), LEAST, MOST);
    if (queries.size() < capacity) {
      fill(query, capacity);
    } else if (number >= next) {
      replace(query);
      skip(number, capacity);
      if (number >= renewal) {
        renewal = GROWTH * number;
        edition++;
      }
    }
  }

  private void fill(float[] query, int capacity) {
    long hash = hash(query);
    if (!present.add(hash)) {
      return;
    }
    queries.add(query.clone());
    hashes.add(hash);
    if (queries.size() == LEAST) {
      edition = 1;
    }
    if (queries.size() == capacity) {
      edition = 2;
      renewal = (long) GROWTH * capacity;
      seen.set(capacity);
      skip(capacity, capacity);
    }
  }

  private void replace(float[] query) {
    long hash = hash(query);
    if (present.add(hash)) {
      int place = random.nextInt(queries.size());
      present.remove(hashes.set(place, hash));
      queries.set(place, query.clone());
    }
  }

  private void skip(long number, int capacity) {
    weight *= Math.exp(Math.log(random.nextDouble(Double.MIN_NORMAL, 1)) / capacity);
    double skipped = Math.log(random.nextDouble(Double.MIN_NORMAL, 1)) / Math.log1p(-weight);
    next = number + 1 + (long) skipped;
  }

  private static long hash(float[] query) {
    long hash = query.length;
    for (float component : query) {
      hash = hash * 0x9E3779B97F4A7C15L + Float.floatToIntBits(component);
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
