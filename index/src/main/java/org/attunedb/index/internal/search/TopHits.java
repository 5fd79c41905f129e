package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.LongHeap;
import org.attunedb.core.search.SearchAfter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the first k documents in the total order: score descending, equal scores by id. Ids are
 * looked up only where scores are equal. Not thread-safe.
 */
final class TopHits {
  /** Places that are made at once; more come with what is offered. */
  private static final int FIRST_PLACES = 128;

  private final int k;
  private final IdOrder order;
  private final float bound;
  private final @Nullable BytesRef boundId;

  /** {@link ScoredDocs}, the worst on top. */
  private final LongHeap kept;

  /** The worst score kept once there are k; anything is better before. */
  private float floor = Float.NEGATIVE_INFINITY;

  /** Documents beyond the k that have the worst score kept: their ids decide in the end. */
  private int[] ties = new int[0];

  private int tied;

  /** Keeps the k first behind a place; memory grows with what is offered. */
  TopHits(int k, @Nullable SearchAfter after, IdOrder order) {
    this.k = k;
    this.order = order;
    this.kept = new LongHeap(Math.clamp(k, 1, FIRST_PLACES));
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
    return floor;
  }

  void offer(int doc, float score) throws IOException {
    if (score < floor || !admits(doc, score)) {
      return;
    }
    if (kept.size() < k) {
      kept.push(ScoredDocs.of(doc, score));
      if (kept.size() == k) {
        floor = ScoredDocs.score(kept.top());
      }
      return;
    }
    if (score == floor) {
      addTie(doc);
      return;
    }
    long evicted = kept.top();
    kept.updateTop(ScoredDocs.of(doc, score));
    float worst = ScoredDocs.score(kept.top());
    if (worst == floor) {
      addTie(ScoredDocs.doc(evicted));
    } else {
      floor = worst;
      tied = 0;
    }
  }

  private void addTie(int doc) {
    ties = ArrayUtil.grow(ties, tied + 1);
    ties[tied++] = doc;
  }

  List<ScoreDoc> bestFirst() throws IOException {
    long[] ascending = new long[kept.size()];
    for (int i = 0; i < ascending.length; i++) {
      ascending[i] = kept.get(i + 1);
    }
    Arrays.sort(ascending);
    List<ScoreDoc> hits = new ArrayList<>(ascending.length);
    int end = ascending.length;
    while (end > 0) {
      float score = ScoredDocs.score(ascending[end - 1]);
      int start = end - 1;
      while (start > 0 && ScoredDocs.score(ascending[start - 1]) == score) {
        start--;
      }
      addGroup(ascending, start, end, hits);
      end = start;
    }
    return hits;
  }

  /** Adds those of equal scores, of which the last may share theirs with some beyond the k. */
  private void addGroup(long[] ascending, int start, int end, List<ScoreDoc> hits)
      throws IOException {
    float score = ScoredDocs.score(ascending[start]);
    int equal = end - start;
    int beyond = start == 0 ? tied : 0;
    if (equal + beyond == 1) {
      hits.add(new ScoreDoc(ScoredDocs.doc(ascending[start]), score));
      return;
    }
    int[] docs = new int[equal + beyond];
    for (int i = 0; i < equal; i++) {
      docs[i] = ScoredDocs.doc(ascending[start + i]);
    }
    System.arraycopy(ties, 0, docs, equal, beyond);
    for (int doc : order.first(equal, docs)) {
      hits.add(new ScoreDoc(doc, score));
    }
  }
}
