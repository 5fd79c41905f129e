package org.attunedb.index.internal.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.evaluation.EvaluatedQuery;
import org.attunedb.core.evaluation.Evaluation;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.FilteredIds;
import org.jspecify.annotations.Nullable;

/**
 * Searches every query in every mode, without and with an adapter, through the same code as any
 * search, on one view. Queries run in parallel, a chunk at a time, so that the ids of few hits are
 * in memory at once. The same view gives the same figures however busy the machine is: segments are
 * calibrated before the first search, and searches are made repeatably. Used once, by one thread.
 */
final class Evaluator {
  private static final int CHUNK = 256;

  private final CollectionView view;
  private final EvaluationRequest request;
  private final Set<String> trained;
  private final @Nullable AppliedAdapter adapter;
  private final long total;
  private long searched;

  /**
   * An evaluator.
   *
   * @param trained the documents that make a query that is about them a seen one
   * @param adapter the adapter to compare with none; null if there is none
   */
  Evaluator(
      CollectionView view,
      EvaluationRequest request,
      Set<String> trained,
      @Nullable AppliedAdapter adapter) {
    this.view = view;
    this.request = request;
    this.trained = trained;
    this.adapter = adapter;
    this.total =
        (long) request.labels().size()
            * request.modes().stream().mapToInt(mode -> ways(mode).size()).sum();
  }

  RecallReport compare() throws IOException {
    view.calibrate();
    long start = System.nanoTime();
    List<Query> queries = embedded();
    Duration embedding = Duration.ofNanos(System.nanoTime() - start);
    Evaluation evaluation =
        new Evaluation(evaluated(), request.metrics(), request.settings(), request.seed());
    request.listener().searched(0, total);
    for (SearchMode mode : request.modes()) {
      if (adapter != null && isCompared(mode) && own(mode) == null) {
        evaluation.untouched(mode);
      }
      for (Way way : ways(mode)) {
        search(queries, way, evaluation);
      }
    }
    return evaluation.report(embedding, applied(), this::text);
  }

  /** In a scope modes may apply different adapters: its own and the collection's. */
  private @Nullable String applied() {
    if (adapter == null) {
      return null;
    }
    Map<String, List<String>> modes = new LinkedHashMap<>();
    for (SearchMode mode : request.modes()) {
      AppliedAdapter own = own(mode);
      if (own != null) {
        modes
            .computeIfAbsent(own.version(), version -> new ArrayList<>())
            .add(mode.name().toLowerCase(Locale.ROOT));
      }
    }
    if (modes.size() < 2) {
      return modes.keySet().stream().findFirst().orElse(adapter.version());
    }
    return modes.entrySet().stream()
        .map(each -> each.getKey() + " (" + String.join(", ", each.getValue()) + ")")
        .collect(Collectors.joining(" and "));
  }

  /** Searches that have to be made: where none is applied, those without serve as both. */
  private List<Way> ways(SearchMode mode) {
    if (!isCompared(mode)) {
      return List.of(new Way(mode, null, List.of(false)));
    }
    AppliedAdapter applied = applied(mode);
    return applied == null
        ? List.of(new Way(mode, null, List.of(false, true)))
        : List.of(new Way(mode, null, List.of(false)), new Way(mode, applied, List.of(true)));
  }

  private boolean isCompared(SearchMode mode) {
    return mode != SearchMode.KEYWORD && !(request.adapter() instanceof AdapterChoice.None);
  }

  private @Nullable AppliedAdapter own(SearchMode mode) {
    return AppliedAdapter.forMode(adapter, request.adapter(), mode);
  }

  /** The adapter, unless no search of this mode applies it. */
  private @Nullable AppliedAdapter applied(SearchMode mode) {
    AppliedAdapter own = own(mode);
    // Hybrid search of a query without known words is vector search.
    return own == null && mode == SearchMode.HYBRID
        ? AppliedAdapter.forMode(adapter, request.adapter(), SearchMode.VECTOR)
        : own;
  }

  /**
   * One pass over the queries.
   *
   * @param kept as which rankings to keep its hits: with, without the adapter or as both
   */
  private record Way(SearchMode mode, @Nullable AppliedAdapter applied, List<Boolean> kept) {}

  private List<EvaluatedQuery> evaluated() throws IOException {
    List<EvaluatedQuery> evaluated = new ArrayList<>();
    FilteredIds findable = view.filteredIds(request.filter());
    for (int q = 0; q < request.labels().size(); q++) {
      Relevance relevance = request.labels().relevance().get(q);
      boolean seen = false;
      boolean answerable = false;
      for (String id : relevance.grades().keySet()) {
        if (relevance.isRelevant(id)) {
          seen |= trained.contains(id);
          answerable |= findable.contains(id);
        }
      }
      String text = request.labels().queries().get(q).text();
      evaluated.add(new EvaluatedQuery(text, relevance, seen, answerable));
    }
    return evaluated;
  }

  /** Queries with their vectors, so that each is embedded once for all modes. */
  private List<Query> embedded() {
    List<Query> queries = request.labels().queries();
    if (request.modes().equals(List.of(SearchMode.KEYWORD))) {
      return queries;
    }
    List<Embedding> vectors = QueryVectors.of(view, queries);
    List<Query> embedded = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      String text = queries.get(i).text();
      embedded.add(
          text == null
              ? new Query.ByEmbedding(vectors.get(i))
              : new Query.ByTextAndEmbedding(text, vectors.get(i)));
    }
    return embedded;
  }

  private void search(List<Query> queries, Way way, Evaluation evaluation) {
    way.kept().forEach(withAdapter -> evaluation.begin(way.mode(), withAdapter));
    for (int first = 0; first < queries.size(); first += CHUNK) {
      List<List<String>> chunk =
          queries.subList(first, Math.min(first + CHUNK, queries.size())).parallelStream()
              .map(query -> ranking(query, way))
              .toList();
      for (int i = 0; i < chunk.size(); i++) {
        for (boolean withAdapter : way.kept()) {
          evaluation.add(way.mode(), withAdapter, first + i, chunk.get(i));
        }
      }
      searched += chunk.size();
      request.listener().searched(searched, total);
    }
  }

  private List<String> ranking(Query query, Way way) {
    SearchRequest search =
        SearchRequest.of(query)
            .mode(way.mode())
            .k(request.depth())
            .adapter(request.adapter())
            .filter(request.filter())
            .withDocuments(false)
            .build();
    try {
      return view.searchRepeatably(search, way.applied()).ids();
    } catch (IOException e) {
      throw new UncheckedIOException("searching: " + e.getMessage(), e);
    }
  }

  private @Nullable String text(String id) {
    try {
      Document document = view.snapshot().get(id);
      return document == null ? null : document.text();
    } catch (IOException e) {
      throw new UncheckedIOException("reading document '" + id + "': " + e.getMessage(), e);
    }
  }
}
