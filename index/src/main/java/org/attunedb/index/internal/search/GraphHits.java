package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.attunedb.core.Similarity;

/**
 * Collects what the walk of one segment's graph finds: the best {@code ef}, and whatever else has
 * the score of the worst of them, because ids decide between those. Not thread-safe.
 */
final class GraphHits implements KnnCollector {
  private final int ef;
  private final int docBase;
  private final Similarity similarity;
  private final TopHits top;
  private final SearchClock clock;
  private final NeighborQueue best;
  private int[] ties = new int[0];
  private int tied;
  private long visited;
  private long nextCheck = SearchClock.INTERVAL;

  /**
   * A collector for one segment.
   *
   * @param top says which documents may be hits, and receives them in the end
   */
  GraphHits(int ef, int docBase, Similarity similarity, TopHits top, SearchClock clock) {
    this.ef = ef;
    this.docBase = docBase;
    this.similarity = similarity;
    this.top = top;
    this.clock = clock;
    this.best = new NeighborQueue(ef, false);
  }

  @Override
  public boolean collect(int doc, float score) {
    if (!admits(doc, score)) {
      return false;
    }
    if (best.size() < ef) {
      best.add(doc, score);
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
    if (best.topScore() == worst) {
      addTie(evicted);
    } else {
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
  public float minCompetitiveSimilarity() {
    return best.size() < ef ? Float.NEGATIVE_INFINITY : Math.nextDown(best.topScore());
  }

  @Override
  public void incVisitedCount(int count) {
    visited += count;
    if (visited >= nextCheck) {
      clock.check();
      nextCheck = visited + SearchClock.INTERVAL;
    }
  }

  @Override
  public boolean earlyTerminated() {
    return false;
  }

  @Override
  public long visitedCount() {
    return visited;
  }

  @Override
  public long visitLimit() {
    return Long.MAX_VALUE;
  }

  @Override
  public int k() {
    return ef;
  }

  @Override
  public KnnSearchStrategy getSearchStrategy() {
    return KnnSearchStrategy.Hnsw.DEFAULT;
  }

  /** Required by the interface: Lucene itself does not ask a segment's collector. */
  @Override
  public TopDocs topDocs() {
    return new TopDocs(
        new TotalHits(visited, TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO), new ScoreDoc[0]);
  }
}
