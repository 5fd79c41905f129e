package org.attunedb.server.terminal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/**
 * The texts that users of Activeloop's Deep Memory know from its tutorial: the box with a job's
 * status and the list of recalls without and with the model. Kept to the letter, so that what they
 * wrote around it goes on working. All numbers are shares in percent.
 */
public final class DeepMemoryFormat {
  private static final int BOX_WIDTH = 62;
  private static final int LABEL_WIDTH = 26;
  private static final int VALUE_WIDTH = 29;
  private static final List<Integer> CUT_OFFS = List.of(1, 3, 5, 10, 50, 100);

  private DeepMemoryFormat() {}

  /** A line of the status box: {@code recall@10: 79.00% (+34.00%)}. */
  public static String recallLine(double recallAt10, double delta) {
    return String.format(
        Locale.ROOT, "recall@10: %.2f%% (%+.2f%%)", recallAt10 * 100, positiveZero(delta) * 100);
  }

  /** A line of the status box: {@code eta: 1.4 seconds}. */
  public static String etaLine(Duration eta) {
    return "eta: " + Durations.seconds(eta, 1) + " seconds";
  }

  /** A line of the status box for a job whose adapter was not published. */
  public static String noImprovementLine(String reason) {
    return "no improvement: " + reason;
  }

  /** The box, {@value #BOX_WIDTH} characters wide. */
  public static String statusBox(JobStatusView job) {
    String rule = "-".repeat(BOX_WIDTH);
    List<String> lines = new ArrayList<>();
    lines.add(rule);
    lines.add("|" + PlainText.centre(PlainText.oneLine(job.id()), BOX_WIDTH - 2) + "|");
    lines.add(rule);
    addCell(lines, "status", List.of(job.status().label()));
    lines.add(rule);
    addCell(lines, "progress", job.progressLines());
    lines.add(rule);
    addCell(
        lines,
        "results",
        job.resultLines().isEmpty() ? List.of("not available yet") : job.resultLines());
    lines.add(rule);
    return String.join("\n", lines) + "\n";
  }

  /**
   * The evaluation as Deep Memory printed it. A way to search that the report lacks is left out.
   *
   * @param report what was measured
   * @param mode which search
   * @param subset which queries
   */
  public static String evaluation(RecallReport report, SearchMode mode, Subset subset) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Embedding queries took " + Durations.seconds(report.embeddingTime(), 2) + " seconds");
    for (boolean adapter : new boolean[] {false, true}) {
      report.row(mode, adapter, subset).ifPresent(row -> addRecalls(lines, row));
    }
    return String.join("\n", lines) + "\n";
  }

  /**
   * The same and every other metric of the report side by side, for all, seen and unseen queries.
   * Where fewer than 20 queries changed, the exact sign test stands beside the interval.
   *
   * @param report what was measured
   * @param mode which search
   */
  public static String sideBySide(RecallReport report, SearchMode mode) {
    List<String> blocks = new ArrayList<>();
    for (Subset subset : Subset.values()) {
      List<Row> rows =
          report.rows().stream().filter(r -> r.mode() == mode && r.subset() == subset).toList();
      if (!rows.isEmpty()) {
        int queries = rows.get(0).queries();
        String title = subset.name().toLowerCase(Locale.ROOT) + " queries (" + queries + ")";
        blocks.add(title + "\n" + (queries == 0 ? "none\n" : table(report, mode, subset)));
      }
    }
    return String.join("\n", blocks);
  }

  private static void addCell(List<String> lines, String label, List<String> values) {
    List<String> wrapped =
        values.stream().flatMap(v -> PlainText.wrap(v, VALUE_WIDTH).stream()).toList();
    String next = label;
    for (String value : wrapped.isEmpty() ? List.of("") : wrapped) {
      lines.add(
          "| "
              + PlainText.padRight(next, LABEL_WIDTH)
              + " | "
              + PlainText.padRight(value, VALUE_WIDTH)
              + " |");
      next = "";
    }
  }

  private static void addRecalls(List<String> lines, Row row) {
    lines.add("---- Evaluating " + (row.adapter() ? "with" : "without") + " model ----");
    for (int k : CUT_OFFS) {
      Double recall = row.values().get(Metric.recall(k));
      if (recall != null) {
        lines.add(String.format(Locale.ROOT, "Recall@%d:\t  %.1f%%", k, recall * 100));
      }
    }
  }

  private static String table(RecallReport report, SearchMode mode, Subset subset) {
    TextTable table =
        TextTable.of(
            TextTable.Column.text("metric"),
            TextTable.Column.number("without"),
            TextTable.Column.number("with"),
            TextTable.Column.number("delta"),
            TextTable.Column.number("95 % interval"),
            TextTable.Column.number("up"),
            TextTable.Column.number("down"),
            TextTable.Column.number("sign test"));
    for (Metric metric : metrics(report)) {
      Optional<Delta> delta = report.delta(mode, subset, metric);
      table.add(
          metric.label(),
          report.value(mode, false, subset, metric).map(v -> percent("%.1f%%", v)).orElse("-"),
          report.value(mode, true, subset, metric).map(v -> percent("%.1f%%", v)).orElse("-"),
          delta.map(d -> percent("%+.1f", d.delta())).orElse("-"),
          delta
              .map(d -> percent("%+.1f", d.ciLow()) + " .. " + percent("%+.1f", d.ciHigh()))
              .orElse("-"),
          delta.map(d -> Integer.toString(d.improved())).orElse("-"),
          delta.map(d -> Integer.toString(d.worsened())).orElse("-"),
          delta.filter(Delta::changedFew).map(d -> pValue(d.pValue())).orElse(""));
    }
    return table.toString();
  }

  /** The metrics in a fixed order, because a row's map has none. */
  private static List<Metric> metrics(RecallReport report) {
    return report.rows().stream()
        .flatMap(r -> r.values().keySet().stream())
        .distinct()
        .sorted(Comparator.comparing(Metric::kind).thenComparing(Metric::k))
        .toList();
  }

  private static String pValue(double probability) {
    return String.format(Locale.ROOT, "p = %.2g", probability);
  }

  private static String percent(String format, double share) {
    return String.format(Locale.ROOT, format, positiveZero(share * 100));
  }

  /** Keeps "-0.0" away from differences that only rounding made negative. */
  private static double positiveZero(double value) {
    return Math.abs(value) < 1e-9 ? 0.0 : value;
  }
}
