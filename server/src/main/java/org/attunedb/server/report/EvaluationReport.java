package org.attunedb.server.report;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RankChange;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/**
 * What was measured, and where.
 *
 * @param collection its name
 * @param embedder what its vectors were made by
 * @param documents number of documents in it
 * @param dataset name of the judged queries
 * @param queryIds their ids, in the order of the evaluation
 * @param seed of the intervals
 * @param pricePerMillionTokens for the cost argument, in any currency; empty to leave money out
 * @param created when
 * @param figures what was measured
 */
record EvaluationReport(
    String collection,
    String embedder,
    long documents,
    String dataset,
    List<String> queryIds,
    long seed,
    OptionalDouble pricePerMillionTokens,
    Instant created,
    RecallReport figures) {
  EvaluationReport {
    queryIds = List.copyOf(queryIds);
  }

  /** The modes that were measured. */
  List<SearchMode> modes() {
    return Arrays.stream(SearchMode.values())
        .filter(mode -> figures.row(mode, false, Subset.ALL).isPresent())
        .toList();
  }

  /** The modes that were measured without and with an adapter. */
  List<SearchMode> comparedModes() {
    return modes().stream()
        .filter(mode -> figures.row(mode, true, Subset.ALL).isPresent())
        .toList();
  }

  /** The metrics in the order in which they were asked for. */
  List<Metric> metrics() {
    return figures.rows().stream()
        .flatMap(row -> row.values().keySet().stream())
        .distinct()
        .toList();
  }

  String queryId(RankChange change) {
    return queryIds.get(change.query());
  }

  /** In one sentence: what the adapter is, or that there was none. */
  String adapterSentence() {
    String version = figures.adapterVersion();
    if (version != null) {
      return figures.untouchedModes().isEmpty()
          ? "Adapter " + version + "."
          : "Adapter %s; %s search leaves it out, as it was not found better there."
              .formatted(
                  version,
                  figures.untouchedModes().stream()
                      .map(EvaluationReport::label)
                      .collect(Collectors.joining(" and ")));
    }
    return comparedModes().isEmpty()
        ? "Measured without an adapter."
        : "No adapter is active: searches with and without are the same.";
  }

  /** How many queries were counted, and why others were not. */
  String querySentence() {
    StringBuilder text = new StringBuilder();
    text.append(Figures.count(figures.queries())).append(" queries of ").append(dataset);
    if (figures.skippedQueries() > 0) {
      text.append("; ").append(Figures.count(figures.skippedQueries())).append(" not counted: ");
      text.append(Figures.count(figures.absentQueries()))
          .append(" because the collection has none of their relevant documents, ");
      text.append(Figures.count(figures.skippedQueries() - figures.absentQueries()))
          .append(" because nothing is judged relevant");
    }
    return text.append('.').toString();
  }

  static String label(SearchMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  static String label(Subset subset) {
    return subset.name().toLowerCase(Locale.ROOT);
  }
}
