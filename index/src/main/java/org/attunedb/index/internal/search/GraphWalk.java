package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.search.AcceptDocs;
import org.attunedb.core.Similarity;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.hnsw.HnswWalker;

/**
 * Walks the graph of one segment. Where the graph compares codes, the best candidates are compared
 * with the full vectors afterwards. Stateless.
 */
final class GraphWalk {
  /** Candidates for each hit, times their bits, of codes of one bit; for long vectors the least. */
  private static final int BINARY_BITS = 1_536;

  private static final int BINARY_LEAST = 5;

  /** Of the candidates that a walk by codes ends with at least this part is compared exactly. */
  private static final int EF_SHARE = 4;

  private final Similarity similarity;
  private final ReadAhead ahead;

  GraphWalk(Similarity similarity, ReadAhead ahead) {
    this.similarity = similarity;
    this.ahead = ahead;
  }

  /**
   * What a walk did.
   *
   * @param visited vectors or codes compared
   * @param rescored full vectors compared afterwards
   */
  record Walked(long visited, long rescored) {}

  /**
   * How many candidates by codes are compared exactly: so many for each hit that is wanted that at
   * least 0.99 of the neighbours are among them, as measured in docs/engines.md. A larger ef has
   * more of them compared, or codes that don't tell the vectors of a tight cluster apart would
   * never let all neighbours be found. Codes of one bit say the less of a vector the shorter it is.
   */
  static int rescored(VectorFormat format, int dimension, int k, int ef) {
    return switch (format) {
      case FLOAT32, LVQ8 -> k;
      case JVECTOR -> 4 * k;
      case INT8 -> Math.max(2 * k, ef / EF_SHARE);
      case INT4 -> Math.max(3 * k, ef / EF_SHARE);
      case BINARY -> Math.max(binaryOverFetch(dimension) * k, ef / EF_SHARE);
    };
  }

  private static int binaryOverFetch(int dimension) {
    return Math.max(BINARY_LEAST, Math.ceilDiv(BINARY_BITS, dimension));
  }

  /**
   * Offers what a walk finds.
   *
   * @param k hits wanted
   * @param ef candidates to keep, at least k
   */
  Walked walk(
      SearchedSegment segment,
      float[] query,
      int k,
      int ef,
      TopHits top,
      SearchClock clock,
      ScoreFloor.Leaf floor)
      throws IOException {
    SegmentProfile profile = segment.profile();
    int docBase = segment.matches().context().docBase;
    if (profile.isExact()) {
      int beam =
          profile.rescores() ? Math.max(ef, rescored(profile.format(), query.length, k, ef)) : ef;
      GraphHits found =
          new GraphHits(Math.min(beam, segment.vectors()), docBase, similarity, top, clock, floor);
      search(segment, query, found);
      floor.end();
      found.offer();
      return new Walked(found.visitedCount(), found.rescoredCount());
    }
    int wanted = rescored(profile.format(), query.length, k, ef);
    CodedHits found =
        new CodedHits(Math.min(Math.max(ef, wanted), segment.vectors()), clock, floor);
    search(segment, query, found);
    floor.end();
    int[] best = found.best(wanted);
    ExactScorer scorer = ExactScorer.of(similarity, ahead, segment.matches(), query);
    if (scorer != null) {
      scorer.offer(top, best);
    }
    return new Walked(found.visitedCount(), best.length);
  }

  private static void search(SearchedSegment segment, float[] query, Beam found)
      throws IOException {
    MatchingDocs.Leaf matches = segment.matches();
    AcceptDocs accepted = matches.acceptDocs(segment.vectors());
    HnswWalker walker = segment.profile().walker();
    if (walker != null) {
      walker.search(query, found, accepted, segment.vectors());
    } else {
      matches.context().reader().searchNearestVectors(Fields.VECTOR, query, found, accepted);
    }
  }
}
