package org.attunedb.index.internal.search;

import java.util.Arrays;
import org.apache.lucene.util.hnsw.NeighborQueue;

/**
 * Collects what the walk of one segment's graph finds by scores of quantised codes: the best {@code
 * ef}, whose first are then compared exactly. Not thread-safe.
 */
final class CodedHits extends Beam {
  private final int ef;
  private final NeighborQueue best;

  CodedHits(int ef, SearchClock clock, ScoreFloor.Leaf floor) {
    super(ef, clock, floor);
    this.ef = ef;
    this.best = new NeighborQueue(ef, false);
  }

  @Override
  public boolean collect(int doc, float score) {
    if (best.size() < ef) {
      best.add(doc, score);
      kept(score);
      return true;
    }
    boolean better = best.insertWithOverflow(doc, score);
    if (better) {
      kept(score);
    }
    return better;
  }

  /** The numbers of the best, ascending; collects nothing afterwards. */
  int[] best(int count) {
    while (best.size() > count) {
      best.pop();
    }
    int[] docs = new int[best.size()];
    for (int i = 0; i < docs.length; i++) {
      docs[i] = best.pop();
    }
    Arrays.sort(docs);
    return docs;
  }

  @Override
  float ownFloor() {
    return best.size() < ef ? Float.NEGATIVE_INFINITY : best.topScore();
  }
}
