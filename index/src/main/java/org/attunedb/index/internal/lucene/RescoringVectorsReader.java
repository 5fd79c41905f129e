package org.attunedb.index.internal.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorScorer;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.NoReuseHint;

/**
 * Lucene's reader of codes with the full vectors beside them, which also gives the full vectors
 * themselves: those that it gives as the segment's don't say where they are. Thread-safe.
 */
final class RescoringVectorsReader extends Lucene104ScalarQuantizedVectorsReader {
  private static final FlatVectorsFormat FULL =
      new Lucene99FlatVectorsFormat(FlatVectorScorerUtil.getLucene99FlatVectorsScorer());

  private final FlatVectorsReader full;

  private RescoringVectorsReader(SegmentReadState state, FlatVectorsReader full)
      throws IOException {
    super(
        state,
        full,
        new Lucene104ScalarQuantizedVectorScorer(
            FlatVectorScorerUtil.getLucene99FlatVectorsScorer()));
    this.full = full;
  }

  /** Opens what the format of Lucene wrote. */
  static RescoringVectorsReader open(SegmentReadState state) throws IOException {
    // As that format does: full vectors are read once in a while.
    SegmentReadState rare = new SegmentReadState(state, state.context.union(NoReuseHint.INSTANCE));
    return new RescoringVectorsReader(state, FULL.fieldsReader(rare));
  }

  /** The full vectors of a field. */
  FloatVectorValues fullVectors(String field) throws IOException {
    return full.getFloatVectorValues(field);
  }
}
