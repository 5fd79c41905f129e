package org.attunedb.index.internal.lucene.lvq;

import java.io.IOException;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/** Scores of records; of other vectors, as they are while a segment is written, Lucene's. */
final class LvqScorer implements FlatVectorsScorer {
  static final LvqScorer INSTANCE = new LvqScorer();

  private final FlatVectorsScorer others = FlatVectorScorerUtil.getLucene99FlatVectorsScorer();

  private LvqScorer() {}

  @Override
  public RandomVectorScorerSupplier getRandomVectorScorerSupplier(
      VectorSimilarityFunction similarity, KnnVectorValues values) throws IOException {
    return values instanceof LvqVectors vectors
        ? new AmongRecords(similarity, vectors)
        : others.getRandomVectorScorerSupplier(similarity, values);
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(
      VectorSimilarityFunction similarity, KnnVectorValues values, float[] query)
      throws IOException {
    if (!(values instanceof LvqVectors vectors)) {
      return others.getRandomVectorScorer(similarity, values, query);
    }
    FlatVectorsScorer.checkDimensions(query.length, vectors.dimension());
    LvqQuery comparing = new LvqQuery.OfVector(similarity, query);
    return new RandomVectorScorer.AbstractRandomVectorScorer(vectors) {
      @Override
      public float score(int ordinal) throws IOException {
        return comparing.score(vectors.code(ordinal));
      }
    };
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(
      VectorSimilarityFunction similarity, KnnVectorValues values, byte[] query)
      throws IOException {
    return others.getRandomVectorScorer(similarity, values, query);
  }

  @Override
  public String toString() {
    return "LvqScorer";
  }

  /** Scores of a segment's records among each other, which building a graph asks for. */
  private record AmongRecords(VectorSimilarityFunction similarity, LvqVectors vectors)
      implements RandomVectorScorerSupplier {
    @Override
    public UpdateableRandomVectorScorer scorer() throws IOException {
      LvqVectors own = vectors.copy();
      LvqQuery.OfRecord comparing = new LvqQuery.OfRecord(similarity, own.dimension());
      return new UpdateableRandomVectorScorer.AbstractUpdateableRandomVectorScorer(own) {
        @Override
        public void setScoringOrdinal(int ordinal) throws IOException {
          comparing.set(own.code(ordinal));
        }

        @Override
        public float score(int ordinal) throws IOException {
          return comparing.score(own.code(ordinal));
        }
      };
    }

    @Override
    public RandomVectorScorerSupplier copy() throws IOException {
      return new AmongRecords(similarity, vectors.copy());
    }
  }
}
