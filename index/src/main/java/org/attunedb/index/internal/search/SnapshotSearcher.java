package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.lucene.index.ExitableDirectoryReader.ExitingReaderException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.adapter.QueryAdapter.Recalled;
import org.attunedb.core.filter.Filter;
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
 * documents. Remembers what filters match; thread-safe.
 */
public final class SnapshotSearcher {
  /** Room for 1,000 filters of a collection of 250,000 documents. */
  private static final long FILTER_CACHE_BYTES = 32L << 20;

  private final Similarity similarity;
  private final FilterCache filters = new FilterCache(FILTER_CACHE_BYTES);
  private final LongSupplier nanoTime;
  private final SegmentProfiles profiles;
  private final VectorRanker vectors;
  private final KeywordRanker keywords;
  private final HybridRanker hybrid;
  private final Diversifier diversifier;

  /**
   * A searcher for collections of one similarity and analysis.
   *
   * @param workers help with segments; closed by the caller
   */
  public SnapshotSearcher(
      Similarity similarity,
      TextAnalysis analysis,
      SegmentProfiles profiles,
      SearchWorkers workers) {
    this(similarity, analysis, profiles, workers, System::nanoTime);
  }

  SnapshotSearcher(
      Similarity similarity,
      TextAnalysis analysis,
      SegmentProfiles profiles,
      SearchWorkers workers,
      LongSupplier nanoTime) {
    this.similarity = similarity;
    this.nanoTime = nanoTime;
    this.profiles = profiles;
    this.vectors = new VectorRanker(similarity, profiles, workers);
    this.keywords = new KeywordRanker(analysis);
    this.hybrid = new HybridRanker(vectors, keywords);
    this.diversifier = new Diversifier(similarity);
  }

  /** Measures the snapshot's segments that were not measured yet, and waits for those that are. */
  void calibrate(Snapshot snapshot) throws IOException {
    for (LeafReaderContext segment : snapshot.searcher().getLeafContexts()) {
      profiles.measured(segment.reader());
    }
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
   * A request as far as it was understood.
   *
   * @param query the vector before any adapter; null if there is none to rank by
   * @param keywords null if there are none to rank by
   * @param adapter the one that the rankings which are left apply; null for none
   */
  private record Understood(
      SearchRequest request,
      @Nullable Query filter,
      @Nullable Embedding query,
      @Nullable Query keywords,
      @Nullable AppliedAdapter adapter) {
    /** Hybrid search with one ranking is that ranking's. */
    SearchMode mode() {
      return request.mode() == SearchMode.HYBRID && keywords == null
          ? SearchMode.VECTOR
          : request.mode();
    }
  }

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
      Scope scope = Scope.of(snapshot.searcher(), clock, asked.repeatable());
      Understood understood = understand(scope, asked, query, warnings);
      Ranking ranking = rank(scope, understood);
      List<ScoreDoc> wanted = wanted(scope, request, ranking, query != null);
      AppliedAdapter applied = understood.adapter;
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
              warnings,
              ranking.segments()));
    } catch (ExitingReaderException e) {
      throw clock.timeout();
    }
  }

  private Understood understand(
      Scope scope, Search asked, @Nullable Embedding query, List<String> warnings)
      throws IOException {
    SearchRequest request = asked.request();
    Query filter = filter(scope, request, warnings);
    Query keywords =
        request.mode() == SearchMode.VECTOR ? null : keywordQuery(scope, request, warnings);
    Understood bare = new Understood(request, filter, query, keywords, null);
    return query == null
        ? bare
        : new Understood(
            request,
            filter,
            query,
            keywords,
            AppliedAdapter.forMode(asked.adapter(), request.adapter(), bare.mode()));
  }

  /**
   * The best documents for a text by keywords alone.
   *
   * @param filter which documents; null for all
   */
  List<ScoreDoc> keywords(Snapshot snapshot, String text, int k, @Nullable Filter filter)
      throws IOException {
    Scope scope = Scope.of(snapshot.searcher(), new SearchClock(nanoTime, null));
    Query query = keywords.query(scope.searcher(), text);
    Query allowed = filter == null ? null : FilterCompiler.compile(filter);
    return query == null ? List.of() : keywords.rank(scope, Page.first(k), query, allowed).hits();
  }

  private RankedBy rankedBy(Understood understood, Embedding query) {
    AppliedAdapter adapter = understood.adapter;
    if (adapter == null) {
      return new RankedBy(query, Fusion.Automatic.BASE_KEYWORD_WEIGHT, List.of());
    }
    QueryAdapter.Adapted adapted = adapter.adapter().apply(query, understood.mode());
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

  private Ranking rank(Scope scope, Understood understood) throws IOException {
    Page page = page(understood.request);
    Query keywordQuery = understood.keywords;
    if (understood.mode() == SearchMode.KEYWORD || understood.query == null) {
      return keywordQuery == null
          ? Ranking.empty()
          : keywords.rank(scope, page, keywordQuery, understood.filter);
    }
    RankedBy by = rankedBy(understood, understood.query);
    return keywordQuery == null
        ? byVector(scope, page, understood, by)
        : hybrid(scope, page, understood.request, by, keywordQuery, understood.filter);
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

  private Ranking byVector(Scope scope, Page page, Understood understood, RankedBy by)
      throws IOException {
    float[] vector = by.vector.toArray();
    MatchingDocs matching = MatchingDocs.of(scope, understood.filter, filters);
    RecalledDocs recalled = RecalledDocs.of(scope, by.recalled, matching);
    Page wider = new Page(page.k() + recalled.size(), page.after());
    Ranking ranking = vectors.rank(scope, wider, vector, matching, understood.request.tuning());
    return recalled.isEmpty()
        ? ranking
        : recalled.raise(
            ranking,
            vectors.score(scope, vector, recalled.docs(), matching),
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
    MatchingDocs matching = MatchingDocs.of(scope, filter, filters);
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
      // What a memory raised is no longer on the scale of likeness.
      boolean raised = request.mode() == SearchMode.VECTOR && ranking.raised();
      boolean comparable = request.mode() == SearchMode.VECTOR && hasVector && !raised;
      hits = diversifier.pick(scope, hits, depth, mmr.lambda(), comparable);
    }
    int end = Math.min(depth, hits.size());
    return hits.subList(Math.min(request.offset(), end), end);
  }
}
