package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.lucene.index.ExitableDirectoryReader.ExitingReaderException;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.adapter.QueryAdapter.Recalled;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.Mmr;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.internal.lucene.FilterCompiler;
import org.attunedb.index.internal.lucene.UnknownFields;
import org.attunedb.index.internal.text.TextAnalysis;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests over one snapshot, in this order: adapter, filter, rankings, fusion, diversity,
 * documents. Stateless apart from its collaborators; thread-safe.
 */
public final class SnapshotSearcher {
  private final Similarity similarity;
  private final LongSupplier nanoTime;
  private final VectorRanker vectors;
  private final KeywordRanker keywords;
  private final HybridRanker hybrid;
  private final Diversifier diversifier;

  /** A searcher for collections of one similarity and analysis. */
  public SnapshotSearcher(Similarity similarity, TextAnalysis analysis) {
    this(similarity, analysis, System::nanoTime);
  }

  SnapshotSearcher(Similarity similarity, TextAnalysis analysis, LongSupplier nanoTime) {
    this.similarity = similarity;
    this.nanoTime = nanoTime;
    this.vectors = new VectorRanker(similarity);
    this.keywords = new KeywordRanker(analysis);
    this.hybrid = new HybridRanker(vectors, keywords);
    this.diversifier = new Diversifier(similarity);
  }

  /** Starts the time of a request. */
  SearchClock start(SearchRequest request) {
    return new SearchClock(nanoTime, request.timeout());
  }

  /**
   * What to rank by.
   *
   * @param keywordWeight that suits it in hybrid search
   * @param recalled by the adapter's memory
   */
  private record RankedBy(Embedding vector, double keywordWeight, List<Recalled> recalled) {}

  /**
   * A request, and what became of its query and filter.
   *
   * @param vector before any adapter; null if there is none to rank by
   * @param keywords null if there are none to rank by
   */
  private record Asked(
      SearchRequest request,
      @Nullable AppliedAdapter adapter,
      @Nullable Embedding vector,
      @Nullable Query keywords,
      @Nullable Query filter) {}

  /**
   * Runs one search.
   *
   * @param snapshot what is searched
   * @param asked the request and the adapter to apply
   * @param vector the query's base vector of the collection's dimension; null in keyword mode
   * @param clock started for this request
   * @throws IOException if the index can't be read
   */
  SearchResponse search(
      Snapshot snapshot, Search asked, @Nullable Embedding vector, SearchClock clock)
      throws IOException {
    SearchRequest request = asked.request();
    List<String> warnings = new ArrayList<>();
    Embedding query = usable(vector, warnings);
    try {
      Scope scope = Scope.of(snapshot.searcher(), clock);
      Query filter = filter(scope, request, warnings);
      Query words =
          request.mode() == SearchMode.VECTOR ? null : keywordQuery(scope, request, warnings);
      AppliedAdapter applied = query == null ? null : applied(asked, words);
      Ranking ranking = rank(scope, new Asked(request, applied, query, words, filter));
      List<ScoreDoc> wanted = wanted(scope, request, ranking, query != null);
      List<SearchHit> hits = snapshot.hits(wanted, request.offset(), request.withDocuments());
      String version = applied == null ? null : applied.version();
      return new SearchResponse(
          hits,
          new SearchStats(
              ranking.plan(),
              ranking.visited(),
              ranking.rescored(),
              ranking.matched(),
              version,
              clock.elapsed(),
              warnings));
    } catch (ExitingReaderException e) {
      throw clock.timeout();
    }
  }

  /** Hybrid search without a known word is vector search, for which the adapter must be good. */
  private static @Nullable AppliedAdapter applied(Search asked, @Nullable Query words) {
    return words == null
        ? AppliedAdapter.forMode(asked.adapter(), asked.request().adapter(), SearchMode.VECTOR)
        : asked.adapter();
  }

  /** The best documents for a text by keywords alone. */
  List<ScoreDoc> keywords(Snapshot snapshot, String text, int k) throws IOException {
    Scope scope = Scope.of(snapshot.searcher(), new SearchClock(nanoTime, null));
    Query query = keywords.query(scope.searcher(), text);
    return query == null ? List.of() : keywords.rank(scope, Page.first(k), query, null).hits();
  }

  private RankedBy rankedBy(Embedding query, @Nullable AppliedAdapter adapter, SearchMode mode) {
    if (adapter == null) {
      return new RankedBy(query, Fusion.Automatic.BASE_KEYWORD_WEIGHT, List.of());
    }
    QueryAdapter.Adapted adapted = adapter.adapter().apply(query, mode);
    return new RankedBy(unit(adapted.vector()), adapted.keywordWeight(), adapted.recalled());
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

  private Ranking rank(Scope scope, Asked asked) throws IOException {
    Page page = page(asked.request);
    if (asked.vector == null || asked.request.mode() == SearchMode.KEYWORD) {
      return asked.keywords == null
          ? Ranking.empty()
          : keywords.rank(scope, page, asked.keywords, asked.filter);
    }
    return asked.keywords == null
        ? byVector(scope, page, asked, asked.vector)
        : hybrid(
            scope,
            page,
            asked.request,
            rankedBy(asked.vector, asked.adapter, SearchMode.HYBRID),
            asked.keywords,
            asked.filter);
  }

  private static Page page(SearchRequest request) {
    Mmr mmr = request.mmr();
    return new Page(
        mmr == null ? request.offset() + request.k() : mmr.candidates(), request.after());
  }

  private static @Nullable Query filter(Scope scope, SearchRequest request, List<String> warnings)
      throws IOException {
    if (request.filter() == null) {
      return null;
    }
    for (String field : UnknownFields.of(scope.searcher().getIndexReader(), request.filter())) {
      warnings.add("no document has the metadata field '" + field + "'");
    }
    return FilterCompiler.compile(request.filter());
  }

  private Ranking byVector(Scope scope, Page page, Asked asked, Embedding query)
      throws IOException {
    RankedBy by = rankedBy(query, asked.adapter, SearchMode.VECTOR);
    float[] vector = by.vector.toArray();
    MatchingDocs matching = MatchingDocs.of(scope, asked.filter);
    RecalledDocs recalled = RecalledDocs.of(scope, by.recalled, matching);
    Page wider = new Page(page.k() + recalled.size(), page.after());
    Ranking ranking = vectors.rank(scope, wider, vector, matching, asked.request.tuning());
    return recalled.isEmpty()
        ? ranking
        : recalled.raise(
            ranking,
            vectors.score(vector, recalled.docs(), matching),
            scope.top(page.k(), page.after()));
  }

  private Ranking hybrid(
      Scope scope,
      Page page,
      SearchRequest request,
      RankedBy by,
      Query keywordQuery,
      @Nullable Query filter)
      throws IOException {
    MatchingDocs matching = MatchingDocs.of(scope, filter);
    Page candidates = Page.first(HybridRanker.candidates(page));
    SearchTuning tuning = request.tuning();
    if (page.after() != null && tuning.ef() == 0) {
      tuning = SearchTuning.exactScan();
    }
    Ranking byVector = vectors.rank(scope, candidates, by.vector.toArray(), matching, tuning);
    Ranking byKeyword = keywords.rank(scope, candidates, keywordQuery, filter);
    return hybrid.fuse(
        scope,
        page,
        new HybridRanker.Candidates(
            byVector,
            by.vector,
            by.keywordWeight,
            RecalledDocs.of(scope, by.recalled, matching),
            matching,
            byKeyword,
            keywordQuery),
        request.fusion());
  }

  private @Nullable Query keywordQuery(Scope scope, SearchRequest request, List<String> warnings)
      throws IOException {
    String text = request.query().text();
    Query query = text == null ? null : keywords.query(scope.searcher(), text);
    if (query == null) {
      warnings.add("no word of the query occurs in the collection: no keyword ranking");
    }
    return query;
  }

  /** What of a ranking was asked for. */
  private List<ScoreDoc> wanted(
      Scope scope, SearchRequest request, Ranking ranking, boolean hasVector) throws IOException {
    List<ScoreDoc> hits = ranking.hits();
    if (request.minScore() != null) {
      double least = request.minScore();
      hits = hits.stream().takeWhile(hit -> hit.score >= least).toList();
    }
    int depth = request.offset() + request.k();
    Mmr mmr = request.mmr();
    if (mmr != null) {
      boolean comparable = request.mode() == SearchMode.VECTOR && hasVector;
      hits = diversifier.pick(scope, hits, depth, mmr.lambda(), comparable);
    }
    int end = Math.min(depth, hits.size());
    return hits.subList(Math.min(request.offset(), end), end);
  }
}
