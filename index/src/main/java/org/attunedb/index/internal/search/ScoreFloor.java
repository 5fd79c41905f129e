package org.attunedb.index.internal.search;

import org.apache.lucene.util.hnsw.FloatHeap;

/**
 * The score that candidates of one segment need in view of what the segments before it gave: the
 * worst of the best {@code ef} over all of them. It rises while a search goes on. Each segment is
 * free of it until it has found a part of its own, so that a walk which starts far away is not cut
 * short on its way (as Lucene's collector over several segments does; 0.1 is its value). Not
 * thread-safe.
 */
final class ScoreFloor {
  private static final double FREE_PART = 0.1;

  private final int ef;
  private final FloatHeap best;

  ScoreFloor(int ef) {
    this.ef = ef;
    this.best = new FloatHeap(ef);
  }

  /** For a search of one segment, which shares nothing. */
  static Leaf none() {
    return Leaf.NONE;
  }

  /** The floor as the next segment sees it. */
  Leaf leaf() {
    return new Shared(best, ef);
  }

  /** One segment's part in it. */
  abstract static sealed class Leaf {
    private static final Leaf NONE = new Unshared();

    abstract void add(float score);

    abstract float score();
  }

  private static final class Unshared extends Leaf {
    @Override
    void add(float score) {
      // Nobody else wants to know.
    }

    @Override
    float score() {
      return Float.NEGATIVE_INFINITY;
    }
  }

  private static final class Shared extends Leaf {
    private final FloatHeap all;
    private final FloatHeap own;
    private final int ef;
    private final int free;

    Shared(FloatHeap all, int ef) {
      this.all = all;
      this.ef = ef;
      this.free = Math.max(1, (int) Math.round(FREE_PART * ef));
      this.own = new FloatHeap(free);
    }

    @Override
    void add(float score) {
      all.offer(score);
      own.offer(score);
    }

    /** Just below the worst, so that the walk goes on to those who share its score. */
    @Override
    float score() {
      return all.size() < ef || own.size() < free
          ? Float.NEGATIVE_INFINITY
          : Math.nextDown(Math.min(all.peek(), own.peek()));
    }
  }
}
