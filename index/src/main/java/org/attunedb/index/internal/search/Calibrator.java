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
import org.attunedb.index.internal.lucene.ReadAhead;

/**
 * Measures one segment: takes queries that came or makes some of it, finds their neighbours
 * exactly, by reading all vectors once, and walks the graph with growing ef until nearly all of
 * them are found. Takes some percent of the time that building the graph took.
 *
 * <p>A query that is made is a vector, one of many at equal distances, moved as two of its
 * neighbours differ: as far from what is stored as new vectors of the same kind are, or a little
 * farther. A vector of the segment itself, or one between two, would be far too easy, because their
 * nodes are linked to what they should find. Stateless.
 */
final class Calibrator {
  private static final int LEAST_QUERIES = 128;

  /** Four times as many halve the error of a measured recall. */
  private static final int MOST_QUERIES = 512;

  /** One query for so many vectors, between these: each is compared with all of them. */
  private static final int VECTORS_PER_QUERY = 200;

  /**
   * A recall counts as reached where a sample of this size would show less in one of twenty cases:
   * this many standard errors below the mean.
   */
  private static final double CERTAINTY = 1.645;

  /**
   * How many neighbours held-out queries miss for each that these miss, at most: a query that is
   * made of a vector finds that one, whose links are of use to it.
   */
  private static final double HELD_OUT_MISSES = 1.25;

  /** The neighbours that make the difference: the last of these, and that in the middle. */
  private static final int NEIGHBOURS = 20;

  /** Bytes of vectors that stay in a processor's cache while all queries are compared with them. */
  private static final int BLOCK_BYTES = 256 << 10;

  /** Of the walk that finds them, which need not find all. */
  private static final int NEIGHBOURS_EF = 64;

  private static final int FEW = 10;
  private static final int MANY = 100;
  private static final int[] EFS = {
    10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024, 1_536, 2_048
  };

  /** Beyond this more is not worth measuring. */
  private static final double ENOUGH = 0.998;

  /** A sample of some hundreds that misses nothing does not say that others miss less than this. */
  private static final double LEAST_MISSED = 0.001;

  /** Two ways to sum up the same components differ by less than this part. */
  private static final float ROUNDING = 1e-6f;

  private final Similarity similarity;
  private final ReadAhead ahead;
  private final GraphWalk graph;

  Calibrator(Similarity similarity, ReadAhead ahead) {
    this.similarity = similarity;
    this.ahead = ahead;
    this.graph = new GraphWalk(similarity, ahead);
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

  /**
   * Measures.
   *
   * @param clock ends it
   */
  Calibration calibrate(LeafReader segment, SegmentProfile profile, SearchClock clock)
      throws IOException {
    Measurement measurement = new Measurement(segment, profile, clock, true);
    return measurement.of(measurement.made());
  }

  /**
   * Measures with given queries.
   *
   * @param queries {@code [queries][dimension]}, in the form that searches give to walks
   * @param clock ends it
   */
  Calibration calibrate(
      LeafReader segment, SegmentProfile profile, List<float[]> queries, SearchClock clock)
      throws IOException {
    return new Measurement(segment, profile, clock, false).of(queries);
  }

  /** One segment. */
  private final class Measurement {
    private final MatchingDocs.Leaf leaf;
    private final SegmentProfile profile;
    private final SearchedSegment searched;
    private final SearchClock clock;
    private final IdOrder order;
    private final boolean made;

    /**
     * A measurement.
     *
     * @param made whether its queries are made of vectors
     */
    Measurement(LeafReader segment, SegmentProfile profile, SearchClock clock, boolean made)
        throws IOException {
      // Whoever plans a search counts the deletions that there are then.
      LeafReaderContext context = UndeletedDocs.of(segment).getContext();
      this.made = made;
      this.leaf = MatchingDocs.Leaf.unfiltered(context);
      this.profile = profile;
      this.searched = SearchedSegment.of(leaf, profile);
      this.clock = clock;
      this.order = new IdOrder(List.of(context));
    }

    Calibration of(List<float[]> vectors) throws IOException {
      List<Query> queries = queries(vectors);
      return new Calibration(curve(queries, FEW), curve(queries, MANY));
    }

    private List<Query> queries(List<float[]> vectors) throws IOException {
      List<float[]> truths = nearest(vectors);
      List<Query> queries = new ArrayList<>();
      for (int i = 0; i < vectors.size(); i++) {
        queries.add(new Query(vectors.get(i), truths.get(i)));
      }
      return queries;
    }

    /** Queries made of vectors. */
    List<float[]> made() throws IOException {
      List<float[]> queries = new ArrayList<>();
      FloatVectorValues values = leaf.context().reader().getFloatVectorValues(Fields.VECTOR);
      if (values == null) {
        return queries;
      }
      int step = Math.max(1, values.size() / numberOfQueries(values.size()));
      for (int ordinal = step / 2; ordinal < values.size(); ordinal += step) {
        float[] vector = values.vectorValue(ordinal).clone();
        TopHits near = new TopHits(NEIGHBOURS, null, order);
        walk(vector, NEIGHBOURS, NEIGHBOURS_EF, near);
        queries.add(moved(leaf, values, vector, near.bestFirst()));
      }
      return queries;
    }

    /** The scores of each query's neighbours. */
    private List<float[]> nearest(List<float[]> queries) throws IOException {
      List<TopHits> tops = new ArrayList<>();
      List<ExactScorer.Scan> scans = new ArrayList<>();
      for (float[] query : queries) {
        TopHits top = new TopHits(MANY, null, order);
        ExactScorer scorer = ExactScorer.of(similarity, ahead, leaf, query);
        if (scorer != null) {
          scans.add(scorer.scan(top));
        }
        tops.add(top);
      }
      int maxDoc = leaf.context().reader().maxDoc();
      int block = queries.isEmpty() ? maxDoc : blockSize(queries.getFirst().length);
      for (int from = 0; from < maxDoc; from += block) {
        for (ExactScorer.Scan scan : scans) {
          scan.upTo(Math.min(maxDoc, from + block), clock);
        }
      }
      List<float[]> nearest = new ArrayList<>();
      for (TopHits top : tops) {
        nearest.add(scores(top.bestFirst()));
      }
      return nearest;
    }

    private static int blockSize(int dimension) {
      return Math.max(1, BLOCK_BYTES / (dimension * Float.BYTES));
    }

    private long walk(float[] query, int k, int ef, TopHits top) throws IOException {
      return graph.walk(searched, query, k, ef, top, clock, ScoreFloor.none()).visited();
    }

    private Calibration.Curve curve(List<Query> queries, int k) throws IOException {
      List<Calibration.Point> points = new ArrayList<>();
      for (int ef : EFS) {
        if (ef >= k) {
          Calibration.Point point = point(queries, k, ef);
          points.add(point);
          if (point.recall() >= ENOUGH || costsMoreThanAScan(point, queries)) {
            break;
          }
        }
      }
      return new Calibration.Curve(k, points);
    }

    /** What costs more is never planned, nor with a filter or deletions: scans cost less then. */
    private boolean costsMoreThanAScan(Calibration.Point point, List<Query> queries) {
      CostModel costs = CostModel.of(profile.format());
      int dimension = queries.isEmpty() ? 1 : queries.getFirst().vector.length;
      return costs.walk(point.visits(), 0, dimension) >= costs.scan(profile.vectors(), dimension);
    }

    private Calibration.Point point(List<Query> queries, int k, int ef) throws IOException {
      double sum = 0;
      double squares = 0;
      double visits = 0;
      for (Query query : queries) {
        TopHits top = new TopHits(k, null, order);
        visits += walk(query.vector, k, ef, top);
        double recall = recall(scores(top.bestFirst()), query.truth, k);
        sum += recall;
        squares += recall * recall;
      }
      int n = Math.max(1, queries.size());
      double mean = sum / n;
      double error = Math.sqrt(Math.max(0, squares / n - mean * mean) / n);
      double missed = 1 - mean + CERTAINTY * error;
      double others = made ? HELD_OUT_MISSES * missed : Math.max(LEAST_MISSED, missed);
      return new Calibration.Point(ef, 1 - others, visits / n);
    }
  }

  private static int numberOfQueries(int vectors) {
    return Math.clamp(vectors / VECTORS_PER_QUERY, LEAST_QUERIES, MOST_QUERIES);
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
    double squares = 0;
    for (int i = 0; i < moved.length; i++) {
      moved[i] = vector[i] + to[i] - from[i];
      squares += (double) moved[i] * moved[i];
    }
    if (squares == 0 || !(squares <= Float.MAX_VALUE)) {
      // No direction, or longer than any vector that is accepted.
      return vector;
    }
    return similarity == Similarity.COSINE ? Embedding.of(moved).normalized().toArray() : moved;
  }

  private static float[] vector(MatchingDocs.Leaf leaf, FloatVectorValues values, ScoreDoc hit)
      throws IOException {
    // Where not every document has a vector, iterators of the same values share their place, and
    // hits come in the order of their scores.
    FloatVectorValues own = values.copy();
    KnnVectorValues.DocIndexIterator docs = own.iterator();
    docs.advance(hit.doc - leaf.context().docBase);
    return own.vectorValue(docs.index()).clone();
  }

  /**
   * By scores, because equal vectors stand for each other; nearly equal scores may be one vector's,
   * computed in another way.
   */
  private double recall(float[] found, float[] truth, int k) {
    int wanted = Math.min(k, truth.length);
    if (wanted == 0) {
      return 1;
    }
    float size = Math.abs(truth[wanted - 1]);
    // The score of a distance may be tiny, and is then as exact as a large one.
    float scale = similarity == Similarity.EUCLIDEAN ? size : Math.max(1, size);
    float last = truth[wanted - 1] - ROUNDING * scale;
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
