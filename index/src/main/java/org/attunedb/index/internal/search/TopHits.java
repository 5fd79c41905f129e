package org.attunedb.index.internal.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.search.ScoreDoc;

/** Keeps the k best scores; of equal scores the lower document number. Not thread-safe. */
final class TopHits {
  static final Comparator<ScoreDoc> BEST_FIRST =
      Comparator.<ScoreDoc>comparingDouble(hit -> -hit.score).thenComparingInt(hit -> hit.doc);

  private final int k;
  private final PriorityQueue<ScoreDoc> worstOnTop = new PriorityQueue<>(BEST_FIRST.reversed());

  /** Keeps the k best; memory grows with what is offered, so that a huge k costs nothing. */
  TopHits(int k) {
    this.k = k;
  }

  void offer(int doc, float score) {
    if (worstOnTop.size() < k) {
      worstOnTop.add(new ScoreDoc(doc, score));
      return;
    }
    ScoreDoc worst = worstOnTop.element();
    if (score > worst.score || (score == worst.score && doc < worst.doc)) {
      worstOnTop.remove();
      worstOnTop.add(new ScoreDoc(doc, score));
    }
  }

  List<ScoreDoc> bestFirst() {
    List<ScoreDoc> hits = new ArrayList<>();
    while (!worstOnTop.isEmpty()) {
      hits.add(worstOnTop.remove());
    }
    return hits.reversed();
  }
}
