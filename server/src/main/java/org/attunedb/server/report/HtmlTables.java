package org.attunedb.server.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.CostComparison.Saving;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/** The tables of the page. Not thread-safe. */
final class HtmlTables {
  private static final List<String> METRIC_HEADERS =
      List.of("", "without", "with", "change", "95 % interval", "", "queries", "sign test");

  private final EvaluationReport report;
  private final RecallReport figures;
  private final Markup page;

  HtmlTables(EvaluationReport report, Markup page) {
    this.report = report;
    this.figures = report.figures();
    this.page = page;
  }

  /** Every metric without and with the adapter. */
  void metrics() {
    page.element("h2", "All metrics");
    for (SearchMode mode : report.modes()) {
      page.element("h3", HtmlReport.label(mode));
      page.open("div", "class", "scroll");
      if (report.comparedModes().contains(mode)) {
        compared(mode);
      } else {
        single(mode);
      }
      page.close();
    }
  }

  private void compared(SearchMode mode) {
    IntervalPlot scale =
        IntervalPlot.of(figures.deltas().stream().filter(d -> d.mode() == mode).toList());
    page.open("table");
    header(METRIC_HEADERS);
    for (Subset subset : Subset.values()) {
      page.open("tbody");
      group(subset, figures.row(mode, false, subset), METRIC_HEADERS.size());
      for (Metric metric : report.metrics()) {
        figures
            .delta(mode, subset, metric)
            .ifPresent(delta -> compared(mode, subset, delta, scale));
      }
      page.close();
    }
    page.close();
  }

  private void compared(SearchMode mode, Subset subset, Delta delta, IntervalPlot scale) {
    page.open("tr");
    page.element("td", Figures.label(delta.metric()));
    page.element("td", value(mode, false, subset, delta.metric()));
    page.element("td", value(mode, true, subset, delta.metric()));
    page.element("td", Figures.points(delta.delta()));
    page.element("td", Figures.interval(delta));
    page.open("td");
    scale.draw(page, delta);
    page.close();
    page.element("td", Figures.changes(delta), "class", "quiet");
    page.element("td", Figures.signTest(delta), "class", "quiet");
    page.close();
  }

  private void single(SearchMode mode) {
    page.open("table");
    List<String> headers = new ArrayList<>(List.of(""));
    for (Subset subset : Subset.values()) {
      headers.add(group(subset, figures.row(mode, false, subset)));
    }
    header(headers);
    page.open("tbody");
    for (Metric metric : report.metrics()) {
      row(
          Figures.label(metric),
          value(mode, false, Subset.ALL, metric),
          value(mode, false, Subset.SEEN, metric),
          value(mode, false, Subset.UNSEEN, metric));
    }
    page.close().close();
  }

  private static String group(Subset subset, Optional<Row> row) {
    String queries = Figures.count(row.map(Row::queries).orElse(0));
    return subset == Subset.ALL
        ? "all " + queries + " queries"
        : queries + " " + HtmlReport.subset(subset);
  }

  private void group(Subset subset, Optional<Row> row, int columns) {
    page.open("tr", "class", "group");
    page.element(
        "th", group(subset, row), "scope", "rowgroup", "colspan", Integer.toString(columns));
    page.close();
  }

  /** What the smaller k saves. */
  void costs() {
    if (figures.costs().isEmpty()) {
      return;
    }
    int k = figures.costs().getFirst().k();
    page.element("h2", "The same recall from fewer hits");
    page.element("p", CostText.explanation(k), "class", "quiet");
    page.open("div", "class", "scroll").open("table", "class", "cost");
    header(CostText.headers(report));
    for (SearchMode mode : report.comparedModes()) {
      page.open("tbody");
      page.open("tr", "class", "group");
      page.element(
          "th",
          HtmlReport.label(mode),
          "scope",
          "rowgroup",
          "colspan",
          Integer.toString(CostText.headers(report).size()));
      page.close();
      for (Subset subset : Subset.values()) {
        figures.cost(mode, subset).ifPresent(this::cost);
      }
      page.close();
    }
    page.close().close();
  }

  private void cost(CostComparison cost) {
    cost(cost, "equal mean", cost.equal());
    cost(cost, "assured", cost.assured());
  }

  private void cost(CostComparison cost, String kind, Optional<Saving> saving) {
    row(CostText.cells(report, cost, kind, saving).toArray(String[]::new));
  }

  private void header(List<String> titles) {
    page.open("thead").open("tr");
    titles.forEach(title -> page.element("th", title, "scope", "col"));
    page.close().close();
  }

  private void row(String... cells) {
    page.open("tr");
    for (String cell : cells) {
      page.element("td", cell);
    }
    page.close();
  }

  private String value(SearchMode mode, boolean adapter, Subset subset, Metric metric) {
    return figures.value(mode, adapter, subset, metric).map(Figures::share).orElse("–");
  }
}
