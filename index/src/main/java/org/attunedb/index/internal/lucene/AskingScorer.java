package org.attunedb.index.internal.lucene;

import java.io.IOException;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/**
 * Scores what another scorer does, whose vectors it asks for first where there are several. Not
 * thread-safe.
 */
final class AskingScorer implements RandomVectorScorer {
  private final RandomVectorScorer scorer;
  private final VectorPages pages;

  AskingScorer(RandomVectorScorer scorer, VectorPages pages) {
    this.scorer = scorer;
    this.pages = pages;
  }

  @Override
  public float score(int node) throws IOException {
    return scorer.score(node);
  }

  @Override
  public float bulkScore(int[] nodes, float[] scores, int count) throws IOException {
    pages.ask(nodes, count);
    return scorer.bulkScore(nodes, scores, count);
  }

  @Override
  public int maxOrd() {
    return scorer.maxOrd();
  }

  @Override
  public int ordToDoc(int ordinal) {
    return scorer.ordToDoc(ordinal);
  }

  @Override
  public @Nullable Bits getAcceptOrds(@Nullable Bits acceptDocs) {
    return scorer.getAcceptOrds(acceptDocs);
  }
}
