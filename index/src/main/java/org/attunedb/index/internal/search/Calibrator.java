package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Similarity;
import org.attunedb.index.internal.lucene.Fields;

/**
 * Measures one segment: takes vectors of it at equal distances as queries, finds their neighbours
 * exactly, and walks the graph with growing ef until nearly all of them are found. Takes some
 * percent of the time that building the graph took. Stateless.
 */
final class Calibrator {
  /** The standard error of a recall of 0.95 is then below 0.01. */
  private static final int QUERIES = 100;

  private static final int FEW = 10;
  private static final int MANY = 100;
  private static final int[] EFS = {
    10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024, 1_536, 2_048
  };

  /** Beyond this more is not worth measuring. */
  private static final double ENOUGH = 0.998;

  private final Similarity similarity;
  private final GraphWalk graph;

  Calibrator(Similarity similarity) {
    this.similarity = similarity;
    this.graph = new GraphWalk(similarity);
  }

  /**
   * A vector of the segment and what it should find: itself and others.
   *
   * @param truth scores of the nearest, best first
   */
  private record Query(float[] vector, float[] truth) {}

  Calibration calibrate(LeafReader segment, SegmentProfile profile) throws IOException {
    LeafReaderContext context = segment.getContext();
    MatchingDocs.Leaf leaf = MatchingDocs.Leaf.unfiltered(context);
    IdOrder order = new IdOrder(List.of(context));
    List<Query> queries = queries(leaf, order);
    return new Calibration(
        curve(leaf, profile, order, queries, FEW), curve(leaf, profile, order, queries, MANY));
  }

  private List<Query> queries(MatchingDocs.Leaf leaf, IdOrder order) throws IOException {
    List<Query> queries = new ArrayList<>();
    FloatVectorValues values = leaf.context().reader().getFloatVectorValues(Fields.VECTOR);
    if (values == null) {
      return queries;
    }
    int step = Math.max(1, values.size() / QUERIES);
    for (int ordinal = step / 2; ordinal < values.size(); ordinal += step) {
      float[] vector = values.vectorValue(ordinal).clone();
      TopHits top = new TopHits(MANY + 1, null, order);
      ExactScorer scorer = ExactScorer.of(similarity, leaf, vector);
      if (scorer != null) {
        scorer.scan(top, SearchClock.unlimited());
      }
      queries.add(new Query(vector, scores(top)));
    }
    return queries;
  }

  private Calibration.Curve curve(
      MatchingDocs.Leaf leaf, SegmentProfile profile, IdOrder order, List<Query> queries, int k)
      throws IOException {
    List<Calibration.Point> points = new ArrayList<>();
    for (int ef : EFS) {
      if (ef >= k) {
        Calibration.Point point = point(leaf, profile, order, queries, k, ef);
        points.add(point);
        if (point.recall() >= ENOUGH) {
          break;
        }
      }
    }
    return new Calibration.Curve(k, points);
  }

  private Calibration.Point point(
      MatchingDocs.Leaf leaf,
      SegmentProfile profile,
      IdOrder order,
      List<Query> queries,
      int k,
      int ef)
      throws IOException {
    double recall = 0;
    double visits = 0;
    for (Query query : queries) {
      TopHits top = new TopHits(k + 1, null, order);
      GraphWalk.Walked walked =
          graph.walk(
              leaf,
              profile,
              query.vector,
              k + 1,
              ef + 1,
              top,
              SearchClock.unlimited(),
              ScoreFloor.none());
      visits += walked.visited();
      recall += recall(scores(top), query.truth, k);
    }
    return new Calibration.Point(ef, recall / queries.size(), visits / queries.size());
  }

  /** By scores, because equal vectors stand for each other; the query itself does not count. */
  private static double recall(float[] found, float[] truth, int k) {
    int wanted = Math.min(k + 1, truth.length);
    if (wanted <= 1) {
      return 1;
    }
    float last = truth[wanted - 1];
    int hits = 0;
    for (float score : found) {
      hits += score >= last ? 1 : 0;
    }
    return Math.max(0, Math.min(hits, wanted) - 1) / (double) (wanted - 1);
  }

  private static float[] scores(TopHits top) throws IOException {
    List<ScoreDoc> hits = top.bestFirst();
    float[] scores = new float[hits.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = hits.get(i).score;
    }
    return scores;
  }
}
