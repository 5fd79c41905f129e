package org.attunedb.server.rag;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.Document;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.EvaluatedQuery;
import org.attunedb.core.evaluation.Evaluation;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.CollectionReads;
import org.attunedb.index.EvaluationRequest;
import org.jspecify.annotations.Nullable;

/**
 * How many passages reach with an adapter the recall that k reach without, by the relevant
 * documents' ids, as every report of Attune works it out.
 *
 * @param view where to look
 * @param questions each with a relevant document among these
 * @param relevant ids of the documents that count
 */
record SavingSearch(
    CollectionReads view, List<RagQuestion> questions, Set<String> relevant, RagSettings settings) {

  Optional<CostComparison> compare(String adapterVersion) {
    ReportSettings report = ReportSettings.defaults().withCostK(settings.k()).withMovers(0);
    Evaluation evaluation =
        new Evaluation(
            questions.stream().map(this::evaluated).toList(),
            EvaluationRequest.standardMetrics(),
            report,
            settings.seed());
    int depth = Evaluation.depth(EvaluationRequest.standardMetrics(), report);
    evaluation.add(settings.mode(), false, rankings(AdapterChoice.none(), depth));
    evaluation.add(settings.mode(), true, rankings(settings.adapter(), depth));
    return evaluation
        .report(Duration.ZERO, adapterVersion, this::text)
        .cost(settings.mode(), Subset.ALL);
  }

  /** Of the documents that count only: others can't be found, whatever the adapter. */
  private EvaluatedQuery evaluated(RagQuestion question) {
    Map<String, Double> grades = new LinkedHashMap<>(question.relevance().grades());
    grades.keySet().retainAll(relevant);
    return EvaluatedQuery.of(question.text(), Relevance.of(grades), false);
  }

  private @Nullable String text(String id) {
    Document document = view.get(id).orElse(null);
    return document == null ? null : document.text();
  }

  private List<List<String>> rankings(AdapterChoice adapter, int depth) {
    List<SearchRequest> requests =
        questions.stream()
            .map(
                question ->
                    SearchRequest.text(question.text())
                        .k(depth)
                        .filter(settings.filter())
                        .mode(settings.mode())
                        .adapter(adapter)
                        .withDocuments(false)
                        .build())
            .toList();
    List<List<String>> rankings = new ArrayList<>();
    for (int i = 0; i < requests.size(); i += CollectionReads.MAX_SEARCHES) {
      int end = Math.min(requests.size(), i + CollectionReads.MAX_SEARCHES);
      view.searchAll(requests.subList(i, end)).stream()
          .map(SearchResponse::ids)
          .forEach(rankings::add);
    }
    return rankings;
  }
}
