package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.search.SearchAfter;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.text.TextAnalysis;
import org.jspecify.annotations.Nullable;

/** BM25 over the text field. Stateless. */
final class KeywordRanker {
  /** Most distinct terms of a query; of longer ones the rarest terms are kept. */
  static final int MAX_TERMS = 512;

  private static final Sort BY_SCORE_AND_ID =
      new Sort(SortField.FIELD_SCORE, new SortField(Fields.ID, SortField.Type.STRING));

  private final TextAnalysis analysis;

  KeywordRanker(TextAnalysis analysis) {
    this.analysis = analysis;
  }

  /** The query's terms that the snapshot knows, as a disjunction; null if it knows none. */
  @Nullable Query query(IndexSearcher searcher, String text) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    for (String term : analysis.stems(text)) {
      counts.merge(term, 1, Integer::sum);
    }
    Map<String, Integer> frequencies = new HashMap<>();
    for (String term : counts.keySet()) {
      int documents = searcher.getIndexReader().docFreq(new Term(Fields.TEXT, term));
      if (documents > 0) {
        frequencies.put(term, documents);
      }
    }
    if (frequencies.isEmpty()) {
      return null;
    }
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    frequencies.keySet().stream()
        .sorted(Comparator.<String>comparingInt(frequencies::get).thenComparing(term -> term))
        .limit(MAX_TERMS)
        .forEach(
            term ->
                builder.add(
                    new BoostQuery(
                        new TermQuery(new Term(Fields.TEXT, term)), counts.getOrDefault(term, 1)),
                    Occur.SHOULD));
    return builder.build();
  }

  Ranking rank(Scope scope, Page page, Query query, @Nullable Query filter) throws IOException {
    IndexSearcher searcher = scope.limited();
    Query restricted = filtered(query, filter);
    int documents = Math.max(1, searcher.getIndexReader().maxDoc());
    int k = Math.min(page.k(), documents);
    ScoreDoc[] hits;
    if (page.after() == null) {
      // One more than asked for shows whether ids have to decide who is in.
      hits = searcher.search(restricted, Math.min(k + 1, documents)).scoreDocs;
      if (hits.length > k && hits[k - 1].score == hits[k].score) {
        hits = searcher.search(restricted, k, BY_SCORE_AND_ID).scoreDocs;
      }
    } else {
      hits =
          searcher.searchAfter(place(page.after(), documents), restricted, k, BY_SCORE_AND_ID)
              .scoreDocs;
    }
    if (searcher.timedOut()) {
      throw scope.clock().timeout();
    }
    return Ranking.ofKeywords(ordered(scope, k, hits));
  }

  private static FieldDoc place(SearchAfter after, int documents) {
    // Behind every document of that id.
    Object[] values = {after.score(), new BytesRef(after.id())};
    return new FieldDoc(documents - 1, after.score(), values);
  }

  private static List<ScoreDoc> ordered(Scope scope, int k, ScoreDoc[] hits) throws IOException {
    TopHits top = scope.top(k, null);
    for (ScoreDoc hit : hits) {
      top.offer(hit.doc, hit instanceof FieldDoc sorted ? (Float) sorted.fields[0] : hit.score);
    }
    return top.bestFirst();
  }

  private static Query filtered(Query query, @Nullable Query filter) {
    return filter == null
        ? query
        : new BooleanQuery.Builder().add(query, Occur.MUST).add(filter, Occur.FILTER).build();
  }

  /** The BM25 scores of given documents, in their order; 0 for one that has no query term. */
  float[] score(IndexSearcher searcher, Query query, List<Integer> docs) throws IOException {
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE, 1);
    float[] scores = new float[docs.size()];
    int next = 0;
    for (LeafReaderContext context : searcher.getLeafContexts()) {
      int end = context.docBase + context.reader().maxDoc();
      if (next == docs.size() || docs.get(next) >= end) {
        continue;
      }
      Scorer scorer = weight.scorer(context);
      while (next < docs.size() && docs.get(next) < end) {
        int doc = docs.get(next) - context.docBase;
        scores[next++] =
            scorer != null && advanceExactly(scorer.iterator(), doc) ? scorer.score() : 0;
      }
    }
    return scores;
  }

  private static boolean advanceExactly(DocIdSetIterator iterator, int doc) throws IOException {
    return (iterator.docID() < doc ? iterator.advance(doc) : iterator.docID()) == doc;
  }
}
