package org.attunedb.index.internal.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * A sample of the vectors that a collection was searched for lately, on the heap alone: each that
 * differs from all in it has the same chance to come in, and stays for some 33,000 more. Reservoir
 * sampling by skips: Li, <a href="https://doi.org/10.1145/198429.198435">Reservoir-Sampling
 * Algorithms of Time Complexity O(n(1+log(N/n)))</a>, algorithm L, whose chance to come in ends
 * falling at {@link #RECENT}, so that what comes no more is forgotten. Thread-safe.
 */
final class QuerySample {
  /** Fewer would miss the few queries that find nothing, if one of a hundred does. */
  static final int SIZE = 512;

  /** The least chance to come in. */
  private static final double RECENT = 1.0 / 64;

  /** So many queries replace most of a sample. */
  private static final long WINDOW = (long) (SIZE / RECENT);

  /** After so many times the queries of before, but {@link #WINDOW} at most, it is another one. */
  private static final int GROWTH = 4;

  private final RandomGenerator random;
  private final Lock lock = new ReentrantLock();
  private final AtomicLong seen = new AtomicLong();

  /** The number of the next one that is taken; 0 while all are. */
  private volatile long next;

  private final AtomicInteger edition = new AtomicInteger();

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
      if (queries.size() < SIZE) {
        fill(query, number);
      } else if (number >= next) {
        replace(query, number);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Rises when there is enough in it, and when it has become another one; 0 before. */
  int edition() {
    return edition.get();
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

  private void fill(float[] query, long number) {
    long hash = hash(query);
    if (!present.add(hash)) {
      return;
    }
    queries.add(query.clone());
    hashes.add(hash);
    if (queries.size() == SIZE) {
      renew((GROWTH - 1) * (long) SIZE, number);
    }
  }

  private void replace(float[] query, long number) {
    long hash = hash(query);
    if (present.add(hash)) {
      int place = random.nextInt(queries.size());
      present.remove(hashes.set(place, hash));
      queries.set(place, query.clone());
    }
    if (number >= renewal) {
      renew(Math.min((GROWTH - 1) * number, WINDOW), number);
    } else {
      skip(number);
    }
  }

  private void renew(long queriesUntilTheNext, long number) {
    renewal = number + queriesUntilTheNext;
    skip(number);
    edition.incrementAndGet();
  }

  private void skip(long number) {
    weight *= Math.exp(Math.log(random.nextDouble(Double.MIN_NORMAL, 1)) / SIZE);
    weight = Math.max(RECENT, weight);
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
