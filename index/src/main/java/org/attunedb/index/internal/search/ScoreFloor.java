package org.attunedb.index.internal.search;

import org.apache.lucene.util.hnsw.FloatHeap;

/**
 * The score that candidates of one segment need in view of what the others of a search gave: the
 * worst of the best of all of them. It rises while the search goes on, whether segments are walked
 * one after the other or side by side. Each segment is free of it until it has found a part of its
 * own, so that a walk which starts far away is not cut short on its way (as Lucene's collector over
 * several segments does; 0.1 is its value). Thread-safe; what a segment sees of it is for one
 * thread.
 */
final class ScoreFloor {
  private static final double FREE_PART = 0.1;

  /** Scores that a segment gathers before it shares them and looks at those of others. */
  private static final int BATCH = 8;

  private final int size;

  /** Guarded by this object. */
  private final FloatHeap best;

  /**
   * A floor.
   *
   * @param size how many candidates over all segments are worth a walk
   */
  ScoreFloor(int size) {
    this.size = size;
    this.best = new FloatHeap(size);
  }

  /** For a search of one segment, which shares nothing. */
  static Leaf none() {
    return Leaf.NONE;
  }

  /**
   * The floor as one segment sees it.
   *
   * @param ef candidates that the segment's walk keeps
   */
  Leaf leaf(int ef) {
    return new Shared(this, ef);
  }

  /** Adds scores; the floor after that. */
  private synchronized float add(float[] scores, int count) {
    for (int i = 0; i < count; i++) {
      best.offer(scores[i]);
    }
    return best.size() < size ? Float.NEGATIVE_INFINITY : best.peek();
  }

  /** One segment's part in it. */
  abstract static sealed class Leaf {
    private static final Leaf NONE = new Unshared();

    /** Takes the score of a candidate that was kept. */
    abstract void add(float score);

    /** What a candidate's score has to be above. */
    abstract float score();

    /** To be called when the walk has ended. */
    abstract void end();
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

    @Override
    void end() {
      // Nothing was gathered.
    }
  }

  private static final class Shared extends Leaf {
    private final ScoreFloor all;
    private final FloatHeap own;
    private final int free;
    private final float[] gathered = new float[BATCH];
    private int count;
    private float floor;

    Shared(ScoreFloor all, int ef) {
      this.all = all;
      this.free = Math.max(1, (int) Math.round(FREE_PART * ef));
      this.own = new FloatHeap(free);
      this.floor = all.add(gathered, 0);
    }

    @Override
    void add(float score) {
      own.offer(score);
      gathered[count++] = score;
      if (count == BATCH) {
        end();
      }
    }

    /** Just below the worst, so that the walk goes on to those who share its score. */
    @Override
    float score() {
      return floor == Float.NEGATIVE_INFINITY || own.size() < free
          ? Float.NEGATIVE_INFINITY
          : Math.nextDown(Math.min(floor, own.peek()));
    }

    @Override
    void end() {
      floor = all.add(gathered, count);
      count = 0;
    }
  }
}
