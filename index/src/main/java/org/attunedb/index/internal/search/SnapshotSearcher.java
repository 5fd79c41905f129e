package org.attunedb.index.internal.search;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats;
import org.attunedb.index.internal.lucene.FilterCompiler;
import org.attunedb.index.internal.text.TextAnalysis;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests over one snapshot, in this order: adapter, filter, rankings, fusion, documents.
 * Stateless apart from its collaborators; thread-safe.
 */
public final class SnapshotSearcher {
  private final Similarity similarity;
  private final VectorRanker vectors;
  private final KeywordRanker keywords;
  private final HybridRanker hybrid;

  /** A searcher for collections of one similarity and analysis. */
  public SnapshotSearcher(Similarity similarity, TextAnalysis analysis) {
    this.similarity = similarity;
    this.vectors = new VectorRanker(similarity);
    this.keywords = new KeywordRanker(analysis);
    this.hybrid = new HybridRanker(vectors, keywords);
  }

  /**
   * Runs one search.
   *
   * @param snapshot what is searched
   * @param request what is asked
   * @param vector the query's base vector of the collection's dimension; null in keyword mode
   * @param adapter the adapter to apply; null for none
   * @throws IOException if the index can't be read
   */
  public SearchResponse search(
      Snapshot snapshot,
      SearchRequest request,
      @Nullable Embedding vector,
      @Nullable AppliedAdapter adapter)
      throws IOException {
    long start = System.nanoTime();
    List<String> warnings = new ArrayList<>();
    Embedding query = usable(vector, warnings);
    AppliedAdapter applied = query == null ? null : adapter;
    double share = 0;
    if (applied != null && query != null) {
      QueryAdapter.Adapted adapted = applied.adapter().apply(query);
      query = unit(adapted.vector());
      share = adapted.share();
    }
    Ranking ranking = rank(snapshot.searcher(), request, query, share, warnings);
    List<SearchHit> hits = snapshot.hits(ranking.hits(), request.withDocuments());
    return new SearchResponse(
        hits,
        new SearchStats(
            ranking.plan(),
            ranking.visited(),
            applied == null ? null : applied.version(),
            Duration.ofNanos(System.nanoTime() - start),
            warnings));
  }

  /** The vector to rank by, or null if it has no direction to rank by. */
  private @Nullable Embedding usable(@Nullable Embedding vector, List<String> warnings) {
    if (vector == null) {
      return null;
    }
    if (vector.isZero() && similarity == Similarity.COSINE) {
      warnings.add("the query has no known word, so its vector is zero: no vector ranking");
      return null;
    }
    return unit(vector);
  }

  private Embedding unit(Embedding vector) {
    return similarity == Similarity.COSINE ? vector.normalized() : vector;
  }

  private Ranking rank(
      IndexSearcher searcher,
      SearchRequest request,
      @Nullable Embedding vector,
      double share,
      List<String> warnings)
      throws IOException {
    Query filter = request.filter() == null ? null : FilterCompiler.compile(request.filter());
    if (request.mode() == SearchMode.VECTOR) {
      return vector == null
          ? Ranking.empty()
          : vectors.rank(
              vector.toArray(), request.k(), MatchingDocs.of(searcher, filter), request.tuning());
    }
    Query keywordQuery = keywordQuery(searcher, request, warnings);
    if (request.mode() == SearchMode.KEYWORD || vector == null) {
      return keywordQuery == null
          ? Ranking.empty()
          : keywords.rank(searcher, keywordQuery, request.k(), filter);
    }
    return hybrid(searcher, request, vector, share, keywordQuery, filter);
  }

  private Ranking hybrid(
      IndexSearcher searcher,
      SearchRequest request,
      Embedding vector,
      double share,
      @Nullable Query keywordQuery,
      @Nullable Query filter)
      throws IOException {
    MatchingDocs matching = MatchingDocs.of(searcher, filter);
    int candidates = Math.max(request.k(), HybridRanker.CANDIDATES);
    Ranking byVector = vectors.rank(vector.toArray(), candidates, matching, request.tuning());
    if (keywordQuery == null) {
      return byVector.first(request.k());
    }
    Ranking byKeyword = keywords.rank(searcher, keywordQuery, candidates, filter);
    return hybrid.fuse(
        searcher,
        new HybridRanker.Candidates(byVector, vector, share, matching, byKeyword, keywordQuery),
        request.k(),
        request.fusion());
  }

  private @Nullable Query keywordQuery(
      IndexSearcher searcher, SearchRequest request, List<String> warnings) throws IOException {
    String text = request.query().text();
    Query query = text == null ? null : keywords.query(searcher, text);
    if (query == null) {
      warnings.add("no word of the query occurs in the collection: no keyword ranking");
    }
    return query;
  }
}
