package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.attunedb.core.Similarity;

/**
 * Collects what the walk of one segment's graph finds by exact scores: the best {@code ef}, and
 * whatever else has the score of the worst of them, because ids decide between those. Not
 * thread-safe.
 */
final class GraphHits extends Beam {
  private final int ef;
  private final int docBase;
  private final Similarity similarity;
  private final TopHits top;
  private final NeighborQueue best;
  private int[] ties = new int[0];
  private int tied;

  /**
   * A collector for one segment.
   *
   * @param top says which documents may be hits, and receives them in the end
   */
  GraphHits(
      int ef,
      int docBase,
      Similarity similarity,
      TopHits top,
      SearchClock clock,
      ScoreFloor.Leaf floor) {
    super(ef, clock, floor);
    this.ef = ef;
    this.docBase = docBase;
    this.similarity = similarity;
    this.top = top;
    this.best = new NeighborQueue(ef, false);
  }

  @Override
  public boolean collect(int doc, float score) {
    if (!admits(doc, score)) {
      return false;
    }
    if (best.size() < ef) {
      best.add(doc, score);
      kept(score);
      return true;
    }
    float worst = best.topScore();
    if (score <= worst) {
      if (score == worst) {
        addTie(doc);
      }
      return false;
    }
    int evicted = best.topNode();
    best.insertWithOverflow(doc, score);
    kept(score);
    if (best.topScore() == worst) {
      addTie(evicted);
    } else {
      tied = 0;
    }
    return true;
  }

  private boolean admits(int doc, float score) {
    if (top.admitsAll()) {
      return true;
    }
    try {
      return top.admits(docBase + doc, ScoreScale.of(similarity, score));
    } catch (IOException e) {
      throw new UncheckedIOException("reading an id: " + e.getMessage(), e);
    }
  }

  private void addTie(int doc) {
    ties = ArrayUtil.grow(ties, tied + 1);
    ties[tied++] = doc;
  }

  /** Offers everything collected; collects nothing afterwards. */
  void offer() throws IOException {
    if (best.size() == 0) {
      return;
    }
    float worst = ScoreScale.of(similarity, best.topScore());
    for (int i = 0; i < tied; i++) {
      top.offer(docBase + ties[i], worst);
    }
    while (best.size() > 0) {
      float score = best.topScore();
      top.offer(docBase + best.pop(), ScoreScale.of(similarity, score));
    }
  }

  /** Just below the worst score, so that the walk goes on to those who share it. */
  @Override
  float ownFloor() {
    return best.size() < ef ? Float.NEGATIVE_INFINITY : Math.nextDown(best.topScore());
  }
}
