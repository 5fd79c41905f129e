package org.attunedb.index.internal.search;

import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.attunedb.index.internal.lucene.RescoreCounter;

/**
 * What the walk of one segment's graph asks its collector, whatever that keeps: the clock, the
 * count of visited vectors and the floor that the segments of a search share. Not thread-safe.
 */
abstract class Beam implements KnnCollector, RescoreCounter {
  /** Each may be a read from the disk. */
  private static final int RESCORE_INTERVAL = 8;

  private final int ef;
  private final SearchClock clock;
  private final ScoreFloor.Leaf floor;
  private long visited;
  private long rescored;
  private long nextCheck = SearchClock.INTERVAL;

  /**
   * A collector for one segment.
   *
   * @param ef how many candidates it keeps
   * @param floor what other segments have shown not to be worth a walk
   */
  Beam(int ef, SearchClock clock, ScoreFloor.Leaf floor) {
    this.ef = ef;
    this.clock = clock;
    this.floor = floor;
  }

  /** The score below which this segment's own candidates leave no room. */
  abstract float ownFloor();

  /** To be called with the score of everything that is kept. */
  final void kept(float score) {
    floor.add(score);
  }

  @Override
  public final float minCompetitiveSimilarity() {
    return Math.max(ownFloor(), floor.score());
  }

  @Override
  public final void incVisitedCount(int count) {
    visited += count;
    if (visited >= nextCheck) {
      clock.check();
      nextCheck = visited + SearchClock.INTERVAL;
    }
  }

  @Override
  public final void incRescoredCount(int count) {
    rescored += count;
    if (rescored % RESCORE_INTERVAL == 0) {
      clock.check();
    }
  }

  /** How many candidates' full vectors the reader compared after their codes. */
  final long rescoredCount() {
    return rescored;
  }

  @Override
  public final boolean earlyTerminated() {
    return false;
  }

  @Override
  public final long visitedCount() {
    return visited;
  }

  @Override
  public final long visitLimit() {
    return Long.MAX_VALUE;
  }

  @Override
  public final int k() {
    return ef;
  }

  @Override
  public final KnnSearchStrategy getSearchStrategy() {
    return KnnSearchStrategy.Hnsw.DEFAULT;
  }

  /** Required by the interface: Lucene itself does not ask a segment's collector. */
  @Override
  public final TopDocs topDocs() {
    return new TopDocs(
        new TotalHits(visited, TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO), new ScoreDoc[0]);
  }
}
