package org.attunedb.bench.recall;

import java.util.Locale;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** The result as text for people. */
final class RecallTable {
  private RecallTable() {}

  static String write(RecallResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d documents, %,d training queries, %,d test queries; embedder %s%n",
            result.dataset().name(),
            result.dataset().documents(),
            result.dataset().trainQueries(),
            result.dataset().testQueries(),
            result.embedder().name()));
    text.append(
        String.format(
            Locale.ROOT,
            "storing %.1f s, training %.1f s, evaluating %.1f s%n",
            result.timings().ingestSeconds(),
            result.timings().trainSeconds(),
            result.timings().evaluateSeconds()));
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %s%n",
            result.gate().outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            result.gate().reason()));
    result
        .adapter()
        .ifPresent(
            weights ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "adapter of rank %d, %,d parameters, %,d queries remembered, applied in %.1f µs%n",
                        weights.rank(),
                        weights.parameters(),
                        weights.memory().map(memory -> memory.count()).orElse(0),
                        result.applyMicros())));
    return text.append('\n').append(means(result)).append('\n').append(deltas(result)).toString();
  }

  private static String means(RecallResult result) {
    TextTable table =
        TextTable.of(
            Column.text("mode"),
            Column.text("adapter"),
            Column.text("queries"),
            Column.number("n"),
            Column.number("R@1"),
            Column.number("R@3"),
            Column.number("R@5"),
            Column.number("R@10"),
            Column.number("R@50"),
            Column.number("R@100"),
            Column.number("nDCG@10"),
            Column.number("MRR@10"));
    for (Row row : result.report().rows()) {
      String[] cells = new String[4 + EvaluationRequest.standardMetrics().size()];
      cells[0] = row.mode().name();
      cells[1] = row.adapter() ? "with" : "without";
      cells[2] = row.subset().name().toLowerCase(Locale.ROOT);
      cells[3] = Integer.toString(row.queries());
      int next = 4;
      for (Metric metric : EvaluationRequest.standardMetrics()) {
        Double value = row.values().get(metric);
        cells[next++] = value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
      }
      table.add(cells);
    }
    return table.toString();
  }

  private static String deltas(RecallResult result) {
    TextTable table =
        TextTable.of(
            Column.text("mode"),
            Column.text("metric"),
            Column.text("queries"),
            Column.number("delta"),
            Column.number("95 % interval"),
            Column.number("p (sign test)"));
    for (Delta delta : result.report().deltas()) {
      boolean headline =
          delta.metric().equals(Metric.recall(1))
              || delta.metric().equals(Metric.recall(10))
              || delta.metric().equals(Metric.ndcg(10));
      if (headline) {
        table.add(
            delta.mode().name(),
            delta.metric().label(),
            subset(delta.subset()),
            String.format(Locale.ROOT, "%+.3f", delta.delta()),
            String.format(Locale.ROOT, "%+.3f .. %+.3f", delta.ciLow(), delta.ciHigh()),
            String.format(Locale.ROOT, "%.2g", delta.pValue()));
      }
    }
    return table.toString();
  }

  private static String subset(Subset subset) {
    return subset.name().toLowerCase(Locale.ROOT);
  }
}
