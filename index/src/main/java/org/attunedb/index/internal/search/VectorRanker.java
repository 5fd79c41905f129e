package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.util.BitSetIterator;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.internal.lucene.Fields;

/**
 * Nearest neighbours: an exact scan where few documents match, else a walk of each segment's HNSW
 * graph. If a walk under a filter finds fewer than k although more match, the scan answers: a
 * filter never costs hits. Stateless.
 */
final class VectorRanker {
  /**
   * Up to this many components (matches times dimension) a scan answers: about 1.3 ms, exactly. A
   * walk of so few vectors is at best three times faster and misses neighbours.
   */
  static final long EXACT_COMPONENTS = 10L << 20;

  /**
   * Candidate list of a walk unless the request sets one: recall@10 of 0.99 on most collections.
   */
  private static final int DEFAULT_EF = 128;

  private final Similarity similarity;

  VectorRanker(Similarity similarity) {
    this.similarity = similarity;
  }

  Ranking rank(Scope scope, Page page, float[] query, MatchingDocs matching, SearchTuning tuning)
      throws IOException {
    return find(scope, page, query, matching, tuning).withMatched(matching.filtered());
  }

  private Ranking find(
      Scope scope, Page page, float[] query, MatchingDocs matching, SearchTuning tuning)
      throws IOException {
    scope.clock().check();
    // Whoever sets ef asks for the graph; pages that follow each other ask for exactness.
    boolean small = page.after() != null || matching.count() * query.length <= EXACT_COMPONENTS;
    if (tuning.exact() || (tuning.ef() == 0 && small)) {
      return scan(scope, page, query, matching);
    }
    Ranking walked = walk(scope, page, query, matching, tuning);
    // Counting vectors reads them all, so it is asked last.
    boolean complete =
        walked.hits().size() == page.k()
            || (page.after() == null && walked.hits().size() == vectors(matching));
    return complete ? walked : scan(scope, page, query, matching);
  }

  private Ranking walk(
      Scope scope, Page page, float[] query, MatchingDocs matching, SearchTuning tuning)
      throws IOException {
    int ef = Math.max(page.k(), tuning.ef() == 0 ? DEFAULT_EF : tuning.ef());
    TopHits top = scope.top(page.k(), page.after());
    long visited = 0;
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      if (leaf.count() == 0) {
        continue;
      }
      GraphHits found =
          new GraphHits(
              Math.min(ef, leaf.count()), leaf.context().docBase, similarity, top, scope.clock());
      leaf.context().reader().searchNearestVectors(Fields.VECTOR, query, found, leaf.acceptDocs());
      found.offer();
      visited += found.visitedCount();
    }
    return Ranking.ofVectors(top.bestFirst(), Plan.GRAPH, visited);
  }

  private Ranking scan(Scope scope, Page page, float[] query, MatchingDocs matching)
      throws IOException {
    TopHits top = scope.top(page.k(), page.after());
    long visited = 0;
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      FloatVectorValues vectors = leaf.context().reader().getFloatVectorValues(Fields.VECTOR);
      if (vectors == null || leaf.count() == 0) {
        continue;
      }
      VectorScorer scorer = vectors.scorer(query);
      DocIdSetIterator docs = matches(leaf, scorer);
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if (leaf.accepts(doc)) {
          top.offer(leaf.context().docBase + doc, ScoreScale.of(similarity, scorer.score()));
          if (++visited % SearchClock.INTERVAL == 0) {
            scope.clock().check();
          }
        }
      }
    }
    return Ranking.ofVectors(top.bestFirst(), Plan.EXACT, visited);
  }

  private static DocIdSetIterator matches(MatchingDocs.Leaf leaf, VectorScorer scorer) {
    return leaf.accepted() == null
        ? scorer.iterator()
        : ConjunctionUtils.intersectIterators(
            List.of(scorer.iterator(), new BitSetIterator(leaf.accepted(), leaf.count())));
  }

  /**
   * The exact scores of given documents, in their order; NaN for a document without a vector.
   *
   * @param docs global document numbers, ascending
   */
  float[] score(float[] query, List<Integer> docs, MatchingDocs matching) throws IOException {
    float[] scores = new float[docs.size()];
    int next = 0;
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      int base = leaf.context().docBase;
      int end = base + leaf.context().reader().maxDoc();
      FloatVectorValues vectors = leaf.context().reader().getFloatVectorValues(Fields.VECTOR);
      VectorScorer scorer = vectors == null ? null : vectors.scorer(query);
      while (next < docs.size() && docs.get(next) < end) {
        int doc = docs.get(next) - base;
        scores[next++] =
            scorer != null && advanceExactly(scorer.iterator(), doc)
                ? ScoreScale.of(similarity, scorer.score())
                : Float.NaN;
      }
    }
    return scores;
  }

  private static boolean advanceExactly(DocIdSetIterator iterator, int doc) throws IOException {
    return (iterator.docID() < doc ? iterator.advance(doc) : iterator.docID()) == doc;
  }

  /** How many matching documents have a vector; walked only when a graph found too few. */
  private static long vectors(MatchingDocs matching) throws IOException {
    long count = 0;
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      FloatVectorValues vectors = leaf.context().reader().getFloatVectorValues(Fields.VECTOR);
      if (vectors == null) {
        continue;
      }
      KnnVectorValues.DocIndexIterator docs = vectors.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        count += leaf.accepts(doc) ? 1 : 0;
      }
    }
    return count;
  }

  static List<Integer> docs(List<ScoreDoc> hits) {
    List<Integer> docs = new ArrayList<>(hits.size());
    hits.forEach(hit -> docs.add(hit.doc));
    return docs;
  }
}
