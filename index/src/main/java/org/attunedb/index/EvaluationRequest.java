package org.attunedb.index;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.attunedb.core.evaluation.Evaluation;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation.
 *
 * @param labels what to measure against
 * @param modes which searches to measure, each once
 * @param adapter the adapter to compare with none
 * @param metrics what to compute
 * @param trainingDocuments the documents that count as seen; null for those that the adapter's
 *     training labels pointed to
 * @param seed of the bootstrap intervals
 * @param settings what else to work out: costs and explained queries
 * @param listener hears of the progress
 * @param filter what every search is filtered by, so that the active adapter is that of the scope
 *     that it pins, if that has one; null for none
 */
public record EvaluationRequest(
    LabelledQueries labels,
    List<SearchMode> modes,
    AdapterChoice adapter,
    List<Metric> metrics,
    @Nullable Set<String> trainingDocuments,
    long seed,
    ReportSettings settings,
    EvaluationListener listener,
    @Nullable Filter filter) {
  /** The cut-offs of the Deep Memory tutorial. */
  public static final List<Integer> CUTOFFS = List.of(1, 3, 5, 10, 50, 100);

  /** Copies the collections; drops what repeats in {@code modes} and {@code metrics}. */
  public EvaluationRequest {
    modes = List.copyOf(new LinkedHashSet<>(modes));
    metrics = List.copyOf(new LinkedHashSet<>(metrics));
    trainingDocuments = trainingDocuments == null ? null : Set.copyOf(trainingDocuments);
  }

  /** Vector search with the active adapter: recall at the tutorial's cut-offs, nDCG and MRR. */
  public static EvaluationRequest of(LabelledQueries labels) {
    return new EvaluationRequest(
        labels,
        List.of(SearchMode.VECTOR),
        AdapterChoice.active(),
        standardMetrics(),
        null,
        42,
        ReportSettings.defaults(),
        EvaluationListener.none(),
        null);
  }

  /** recall@1, 3, 5, 10, 50, 100, ndcg@10 and mrr@10. */
  public static List<Metric> standardMetrics() {
    return metrics(CUTOFFS);
  }

  /** recall at the cut-offs, ndcg@10 and mrr@10. */
  public static List<Metric> metrics(List<Integer> cutoffs) {
    return Stream.concat(
            cutoffs.stream().map(Metric::recall), Stream.of(Metric.ndcg(10), Metric.mrr(10)))
        .toList();
  }

  /** This request for other modes. */
  public EvaluationRequest withModes(SearchMode... newModes) {
    return new EvaluationRequest(
        labels,
        List.of(newModes),
        adapter,
        metrics,
        trainingDocuments,
        seed,
        settings,
        listener,
        filter);
  }

  /** This request with given documents counting as seen. */
  public EvaluationRequest withTrainingDocuments(Set<String> documents) {
    return new EvaluationRequest(
        labels, modes, adapter, metrics, documents, seed, settings, listener, filter);
  }

  /** This request with another adapter. */
  public EvaluationRequest withAdapter(AdapterChoice choice) {
    return new EvaluationRequest(
        labels, modes, choice, metrics, trainingDocuments, seed, settings, listener, filter);
  }

  /** This request with other metrics. */
  public EvaluationRequest withMetrics(List<Metric> newMetrics) {
    return new EvaluationRequest(
        labels, modes, adapter, newMetrics, trainingDocuments, seed, settings, listener, filter);
  }

  /** This request with another seed of the intervals. */
  public EvaluationRequest withSeed(long newSeed) {
    return new EvaluationRequest(
        labels, modes, adapter, metrics, trainingDocuments, newSeed, settings, listener, filter);
  }

  /** This request with other settings of the report. */
  public EvaluationRequest withSettings(ReportSettings newSettings) {
    return new EvaluationRequest(
        labels, modes, adapter, metrics, trainingDocuments, seed, newSettings, listener, filter);
  }

  /** This request with somebody who hears of the progress. */
  public EvaluationRequest withListener(EvaluationListener newListener) {
    return new EvaluationRequest(
        labels, modes, adapter, metrics, trainingDocuments, seed, settings, newListener, filter);
  }

  /** This request with searches among some documents only. */
  public EvaluationRequest withFilter(Filter newFilter) {
    return new EvaluationRequest(
        labels, modes, adapter, metrics, trainingDocuments, seed, settings, listener, newFilter);
  }

  /** How many hits a search must return for these metrics and settings. */
  public int depth() {
    return Evaluation.depth(metrics, settings);
  }
}
