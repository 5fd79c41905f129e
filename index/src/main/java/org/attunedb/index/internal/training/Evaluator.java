package org.attunedb.index.internal.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.evaluation.Evaluation;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.attunedb.index.internal.search.CollectionView;
import org.jspecify.annotations.Nullable;

/**
 * Searches every query in every mode, without and with an adapter, through the same code as any
 * search, on one view. Queries run in parallel.
 */
final class Evaluator {
  private final CollectionView view;
  private final EvaluationRequest request;
  private final BitSet seen;

  Evaluator(CollectionView view, EvaluationRequest request, BitSet seen) {
    this.view = view;
    this.request = request;
    this.seen = seen;
  }

  RecallReport compare(@Nullable AppliedAdapter adapter) {
    long start = System.nanoTime();
    List<Query> queries = embedded();
    Duration embedding = Duration.ofNanos(System.nanoTime() - start);
    Evaluation evaluation =
        new Evaluation(request.labels().relevance(), seen, request.metrics(), request.seed());
    for (SearchMode mode : request.modes()) {
      List<List<String>> base = rankings(queries, mode, null);
      evaluation.add(mode, false, base);
      if (mode != SearchMode.KEYWORD && !(request.adapter() instanceof AdapterChoice.None)) {
        evaluation.add(mode, true, adapter == null ? base : rankings(queries, mode, adapter));
      }
    }
    return evaluation.report(embedding);
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

  private List<List<String>> rankings(
      List<Query> queries, SearchMode mode, @Nullable AppliedAdapter adapter) {
    return IntStream.range(0, queries.size())
        .parallel()
        .mapToObj(i -> ranking(queries.get(i), mode, adapter))
        .toList();
  }

  private List<String> ranking(Query query, SearchMode mode, @Nullable AppliedAdapter adapter) {
    SearchRequest search =
        SearchRequest.of(query).mode(mode).k(request.depth()).withDocuments(false).build();
    try {
      return view.search(search, adapter).ids();
    } catch (IOException e) {
      throw new UncheckedIOException("searching: " + e.getMessage(), e);
    }
  }
}
