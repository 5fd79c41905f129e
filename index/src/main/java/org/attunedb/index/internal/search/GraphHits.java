package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.LongHeap;
import org.attunedb.core.Similarity;

/**
 * Collects what the walk of one segment's graph finds by exact scores: the best {@code ef}, and
 * others that have the score of the worst of them, because ids decide between those and because
 * what is better may lie behind them. Of copies of one vector there may be more than are worth a
 * walk, so it looks for a multiple of the candidates at most. Not thread-safe.
 */
final class GraphHits extends Beam {
  /** Times ef: above it a walk among copies stops, which otherwise takes longer than a scan. */
  private static final int MOST_TIES = 8;

  private final int ef;
  private final int mostTies;
  private final int docBase;
  private final Similarity similarity;
  private final TopHits top;
  private final boolean admitsAll;

  /** {@link ScoredDocs}, the worst on top. */
  private final LongHeap best;

  /** The worst score of the best once there are {@code ef}. */
  private float worst = Float.NEGATIVE_INFINITY;

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
    this.mostTies = (int) Math.min((long) MOST_TIES * ef, Integer.MAX_VALUE);
    this.docBase = docBase;
    this.similarity = similarity;
    this.top = top;
    this.admitsAll = top.admitsAll();
    this.best = new LongHeap(ef);
  }

  @Override
  public boolean collect(int doc, float score) {
    if (score < worst || !(admitsAll || admits(doc, score))) {
      return false;
    }
    if (best.size() < ef) {
      best.push(ScoredDocs.of(doc, score));
      kept(score);
      if (best.size() == ef) {
        worst = ScoredDocs.score(best.top());
      }
      return true;
    }
    if (score == worst) {
      addTie(doc);
      // The walk asks for the floor again only after it is told that something was kept.
      return tied >= mostTies;
    }
    long evicted = best.top();
    best.updateTop(ScoredDocs.of(doc, score));
    kept(score);
    float next = ScoredDocs.score(best.top());
    if (next == worst) {
      addTie(ScoredDocs.doc(evicted));
    } else {
      worst = next;
      tied = 0;
    }
    return true;
  }

  private boolean admits(int doc, float score) {
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
    // From the end, where the better ones are: most of the others are then turned away at once.
    for (int i = best.size(); i > 0; i--) {
      long candidate = best.get(i);
      top.offer(
          docBase + ScoredDocs.doc(candidate),
          ScoreScale.of(similarity, ScoredDocs.score(candidate)));
    }
    float worstHit = ScoreScale.of(similarity, worst);
    for (int i = 0; i < tied; i++) {
      top.offer(docBase + ties[i], worstHit);
    }
  }

  /** Just below the worst score, so that the walk goes on to those who share it, up to a number. */
  @Override
  float ownFloor() {
    return tied < mostTies ? Math.nextDown(worst) : worst;
  }
}
