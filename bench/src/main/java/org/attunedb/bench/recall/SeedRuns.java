package org.attunedb.bench.recall;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/**
 * The same benchmark with several seeds: mean and worst of every figure that training changes, so
 * that nobody need believe in one lucky seed.
 */
final class SeedRuns {
  private static final List<Metric> METRICS =
      List.of(Metric.recall(1), Metric.recall(10), Metric.ndcg(10));

  private final List<RecallResult> results;

  /** Results of one collection, at least one. */
  SeedRuns(List<RecallResult> results) {
    this.results = List.copyOf(results);
  }

  /** Mean and worst for people. */
  String table() {
    TextTable table =
        TextTable.of(
            Column.text("mode"),
            Column.text("adapter"),
            Column.text("queries"),
            Column.number("R@1"),
            Column.number("worst"),
            Column.number("R@10"),
            Column.number("worst"),
            Column.number("nDCG@10"),
            Column.number("worst"));
    for (Row row : results.getFirst().report().rows()) {
      List<String> cells = new ArrayList<>();
      cells.add(row.mode().name());
      cells.add(row.adapter() ? "with" : "without");
      cells.add(row.subset().name().toLowerCase(Locale.ROOT));
      for (Metric metric : METRICS) {
        DoubleSummaryStatistics values = values(row, metric);
        cells.add(decimal(values.getAverage()));
        cells.add(decimal(values.getMin()));
      }
      table.add(cells.toArray(String[]::new));
    }
    return String.format(
            Locale.ROOT,
            "%s with %d seeds: published %d times; training %.1f s in the mean, %.1f s at most%n%n",
            results.getFirst().dataset().name(),
            results.size(),
            results.stream().filter(result -> result.gate().published()).count(),
            seconds().getAverage(),
            seconds().getMax())
        + table;
  }

  /** Every run on a line, then the summary on one. */
  String json() {
    StringBuilder lines = new StringBuilder();
    results.forEach(result -> lines.append(RecallJson.write(result)));
    ObjectNode summary = StrictJson.object();
    summary
        .put("kind", "summary")
        .put("runs", results.size())
        .put("published", results.stream().filter(result -> result.gate().published()).count())
        .put("trainSecondsMean", seconds().getAverage())
        .put("trainSecondsMost", seconds().getMax());
    for (Row row : results.getFirst().report().rows()) {
      ObjectNode json = summary.withArray("results").addObject();
      json.put("mode", row.mode().name())
          .put("adapter", row.adapter())
          .put("subset", row.subset().name().toLowerCase(Locale.ROOT));
      for (Metric metric : METRICS) {
        DoubleSummaryStatistics values = values(row, metric);
        if (values.getCount() > 0) {
          json.putObject(metric.label())
              .put("mean", values.getAverage())
              .put("worst", values.getMin());
        }
      }
    }
    return lines.append(summary).append('\n').toString();
  }

  private DoubleSummaryStatistics seconds() {
    return results.stream()
        .mapToDouble(result -> result.timings().trainSeconds())
        .summaryStatistics();
  }

  /** What the runs have in the same place; none where the subset is empty. */
  private DoubleSummaryStatistics values(Row row, Metric metric) {
    return results.stream()
        .map(result -> result.report().row(row.mode(), row.adapter(), row.subset()).orElseThrow())
        .map(same -> same.values().get(metric))
        .filter(Objects::nonNull)
        .mapToDouble(value -> value)
        .summaryStatistics();
  }

  private static String decimal(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "-";
  }
}
