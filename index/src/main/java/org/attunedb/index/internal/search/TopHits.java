package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.search.SearchAfter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the first k documents in the total order: score descending, equal scores by id. Ids are
 * looked up only where scores are equal. Not thread-safe.
 */
final class TopHits {
  private static final Comparator<ScoreDoc> WORST_FIRST =
      Comparator.comparingDouble(hit -> hit.score);

  private final int k;
  private final IdOrder order;
  private final float bound;
  private final @Nullable BytesRef boundId;
  private final PriorityQueue<ScoreDoc> worstOnTop = new PriorityQueue<>(WORST_FIRST);

  /** Documents beyond the k that have the worst score kept: their ids decide in the end. */
  private int[] ties = new int[0];

  private int tied;

  /** Keeps the k first behind a place; memory grows with what is offered. */
  TopHits(int k, @Nullable SearchAfter after, IdOrder order) {
    this.k = k;
    this.order = order;
    this.bound = after == null ? Float.POSITIVE_INFINITY : after.score();
    this.boundId = after == null ? null : new BytesRef(after.id());
  }

  /** Whether a document is behind the place from which hits are wanted. */
  boolean admits(int doc, float score) throws IOException {
    return score < bound || boundId == null || (score == bound && order.isBehind(doc, boundId));
  }

  /** Whether every document is. */
  boolean admitsAll() {
    return boundId == null;
  }

  /** The score below which a document is no hit. */
  float floor() {
    return worstOnTop.size() < k ? Float.NEGATIVE_INFINITY : worstOnTop.element().score;
  }

  void offer(int doc, float score) throws IOException {
    if (worstOnTop.size() == k && score < worstOnTop.element().score) {
      return;
    }
    if (!admits(doc, score)) {
      return;
    }
    if (worstOnTop.size() < k) {
      worstOnTop.add(new ScoreDoc(doc, score));
      return;
    }
    ScoreDoc worst = worstOnTop.element();
    if (score == worst.score) {
      addTie(doc);
      return;
    }
    worstOnTop.remove();
    worstOnTop.add(new ScoreDoc(doc, score));
    if (worstOnTop.element().score == worst.score) {
      addTie(worst.doc);
    } else {
      tied = 0;
    }
  }

  private void addTie(int doc) {
    ties = ArrayUtil.grow(ties, tied + 1);
    ties[tied++] = doc;
  }

  List<ScoreDoc> bestFirst() throws IOException {
    List<ScoreDoc> byScore = new ArrayList<>(worstOnTop);
    byScore.sort(WORST_FIRST.reversed());
    List<ScoreDoc> hits = new ArrayList<>(byScore.size());
    int start = 0;
    while (start < byScore.size()) {
      float score = byScore.get(start).score;
      int end = start + 1;
      while (end < byScore.size() && byScore.get(end).score == score) {
        end++;
      }
      addGroup(byScore.subList(start, end), end == byScore.size(), hits);
      start = end;
    }
    return hits;
  }

  private void addGroup(List<ScoreDoc> equal, boolean last, List<ScoreDoc> hits)
      throws IOException {
    int beyond = last ? tied : 0;
    if (equal.size() + beyond == 1) {
      hits.add(equal.getFirst());
      return;
    }
    int[] docs =
        Arrays.copyOf(equal.stream().mapToInt(hit -> hit.doc).toArray(), equal.size() + beyond);
    System.arraycopy(ties, 0, docs, equal.size(), beyond);
    float score = equal.getFirst().score;
    for (int doc : order.first(equal.size(), docs)) {
      hits.add(new ScoreDoc(doc, score));
    }
  }
}
