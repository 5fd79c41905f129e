package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.index.internal.lucene.Fields;

/**
 * Measures one segment: makes queries of it, finds their neighbours exactly, and walks the graph
 * with growing ef until nearly all of them are found. Takes some percent of the time that building
 * the graph took.
 *
 * <p>A query is a vector, one of many at equal distances, moved as two of its neighbours differ: as
 * far from what is stored as new vectors of the same kind are, or a little farther. A vector of the
 * segment itself, or one between two, would be far too easy, because their nodes are linked to what
 * they should find. Stateless.
 */
final class Calibrator {
  /** The standard error of a recall of 0.95 is then about 0.01. */
  private static final int QUERIES = 64;

  /** The neighbours that make the difference: the last of these, and that in the middle. */
  private static final int NEIGHBOURS = 20;

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

  /** A vector and what it should find. */
  private static final class Query {
    private final float[] vector;

    /** Scores of the nearest, best first. */
    private final float[] truth;

    Query(float[] vector, float[] truth) {
      this.vector = vector;
      this.truth = truth;
    }
  }

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
      float[] query = moved(leaf, values, vector, nearest(leaf, order, vector, NEIGHBOURS));
      queries.add(new Query(query, scores(nearest(leaf, order, query, MANY))));
    }
    return queries;
  }

  private List<ScoreDoc> nearest(MatchingDocs.Leaf leaf, IdOrder order, float[] query, int k)
      throws IOException {
    TopHits top = new TopHits(k, null, order);
    ExactScorer scorer = ExactScorer.of(similarity, leaf, query);
    if (scorer != null) {
      scorer.scan(top, SearchClock.unlimited());
    }
    return top.bestFirst();
  }

  private float[] moved(
      MatchingDocs.Leaf leaf, FloatVectorValues values, float[] vector, List<ScoreDoc> near)
      throws IOException {
    if (near.isEmpty()) {
      return vector;
    }
    float[] from = vector(leaf, values, near.get(near.size() / 2));
    float[] to = vector(leaf, values, near.getLast());
    float[] moved = new float[vector.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = vector[i] + to[i] - from[i];
    }
    Embedding embedding = Embedding.of(moved);
    boolean scaled = similarity == Similarity.COSINE && !embedding.isZero();
    return scaled ? embedding.normalized().toArray() : moved;
  }

  private static float[] vector(MatchingDocs.Leaf leaf, FloatVectorValues values, ScoreDoc hit)
      throws IOException {
    KnnVectorValues.DocIndexIterator docs = values.iterator();
    docs.advance(hit.doc - leaf.context().docBase);
    return values.vectorValue(docs.index()).clone();
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
      TopHits top = new TopHits(k, null, order);
      GraphWalk.Walked walked =
          graph.walk(
              leaf, profile, query.vector, k, ef, top, SearchClock.unlimited(), ScoreFloor.none());
      visits += walked.visited();
      recall += recall(scores(top.bestFirst()), query.truth, k);
    }
    return new Calibration.Point(ef, recall / queries.size(), visits / queries.size());
  }

  /** By scores, because equal vectors stand for each other. */
  private static double recall(float[] found, float[] truth, int k) {
    int wanted = Math.min(k, truth.length);
    if (wanted == 0) {
      return 1;
    }
    float last = truth[wanted - 1];
    int hits = 0;
    for (float score : found) {
      hits += score >= last ? 1 : 0;
    }
    return Math.min(hits, wanted) / (double) wanted;
  }

  private static float[] scores(List<ScoreDoc> hits) {
    float[] scores = new float[hits.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = hits.get(i).score;
    }
    return scores;
  }
}
