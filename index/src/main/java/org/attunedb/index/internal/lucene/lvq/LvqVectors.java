package org.attunedb.index.internal.lucene.lvq;

import java.io.IOException;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/** The vectors that a segment's records stand for. Not thread-safe: each thread takes a copy. */
final class LvqVectors extends FloatVectorValues implements HasIndexSlice {
  private final ByteVectorValues records;
  private final int dimension;
  private final VectorSimilarityFunction similarity;
  private final float[] decoded;

  /**
   * Vectors of records.
   *
   * @param records each of {@link LvqCode#recordBytes} bytes
   */
  LvqVectors(ByteVectorValues records, int dimension, VectorSimilarityFunction similarity) {
    this.records = records;
    this.dimension = dimension;
    this.similarity = similarity;
    this.decoded = new float[dimension];
  }

  /** The record of a vector; the next call may overwrite it. */
  byte[] code(int ordinal) throws IOException {
    return records.vectorValue(ordinal);
  }

  /** The vector; the next call overwrites it. */
  @Override
  public float[] vectorValue(int ordinal) throws IOException {
    LvqCode.decode(records.vectorValue(ordinal), decoded);
    return decoded;
  }

  /** The records; null where they are not in a file of their own. */
  @Override
  public @Nullable IndexInput getSlice() {
    return records instanceof HasIndexSlice kept ? kept.getSlice() : null;
  }

  @Override
  public LvqVectors copy() throws IOException {
    return new LvqVectors(records.copy(), dimension, similarity);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public int ordToDoc(int ordinal) {
    return records.ordToDoc(ordinal);
  }

  @Override
  public Bits getAcceptOrds(Bits acceptDocs) {
    return records.getAcceptOrds(acceptDocs);
  }

  @Override
  public DocIndexIterator iterator() {
    return records.iterator();
  }

  @Override
  public @Nullable VectorScorer scorer(float[] query) throws IOException {
    if (size() == 0) {
      return null;
    }
    LvqVectors copy = copy();
    RandomVectorScorer scorer = LvqScorer.INSTANCE.getRandomVectorScorer(similarity, copy, query);
    DocIndexIterator docs = copy.iterator();
    return new VectorScorer() {
      @Override
      public float score() throws IOException {
        return scorer.score(docs.index());
      }

      @Override
      public DocIdSetIterator iterator() {
        return docs;
      }

      @Override
      public Bulk bulk(@Nullable DocIdSetIterator matching) {
        return Bulk.fromRandomScorerSparse(scorer, docs, matching);
      }
    };
  }
}
