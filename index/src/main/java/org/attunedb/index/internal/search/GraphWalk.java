package org.attunedb.index.internal.search;

import java.io.IOException;
import org.attunedb.core.Similarity;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.Fields;

/**
 * Walks the graph of one segment. Where the graph compares codes, the best candidates are compared
 * with the full vectors afterwards. Stateless.
 */
final class GraphWalk {
  private final Similarity similarity;

  GraphWalk(Similarity similarity) {
    this.similarity = similarity;
  }

  /**
   * What a walk did.
   *
   * @param visited vectors or codes compared
   * @param rescored full vectors compared afterwards
   */
  record Walked(long visited, long rescored) {}

  /**
   * How many candidates by codes are compared exactly for the hits that are wanted: the more, the
   * coarser the codes.
   */
  static int rescored(VectorFormat format, int k) {
    return switch (format) {
      case FLOAT32 -> k;
      case JVECTOR -> 4 * k;
      case INT8 -> 2 * k;
      case INT4 -> 3 * k;
      case BINARY -> 5 * k;
    };
  }

  /**
   * Offers what a walk finds.
   *
   * @param k hits wanted
   * @param ef candidates to keep, at least k
   */
  Walked walk(
      MatchingDocs.Leaf leaf,
      SegmentProfile profile,
      float[] query,
      int k,
      int ef,
      TopHits top,
      SearchClock clock,
      ScoreFloor.Leaf floor)
      throws IOException {
    if (profile.isExact()) {
      int beam = profile.rescores() ? Math.max(ef, rescored(profile.format(), k)) : ef;
      GraphHits found =
          new GraphHits(
              Math.min(beam, leaf.count()), leaf.context().docBase, similarity, top, clock, floor);
      search(leaf, query, found);
      floor.end();
      found.offer();
      return new Walked(found.visitedCount(), found.rescoredCount());
    }
    int wanted = rescored(profile.format(), k);
    CodedHits found = new CodedHits(Math.min(Math.max(ef, wanted), leaf.count()), clock, floor);
    search(leaf, query, found);
    floor.end();
    int[] best = found.best(wanted);
    ExactScorer scorer = ExactScorer.of(similarity, leaf, query);
    if (scorer != null) {
      scorer.offer(top, best);
    }
    return new Walked(found.visitedCount(), best.length);
  }

  private static void search(MatchingDocs.Leaf leaf, float[] query, Beam found) throws IOException {
    leaf.context().reader().searchNearestVectors(Fields.VECTOR, query, found, leaf.acceptDocs());
  }
}
