package org.attunedb.server.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.PairedBootstrap;
import org.attunedb.core.evaluation.RankChange;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/**
 * The report as one page that needs nothing else: styles and drawings are in it, scripts it has
 * none. Texts of documents and queries can't become markup.
 */
final class HtmlReport {
  private static final String NOTHING_FROM_ELSEWHERE =
      "default-src 'none'; style-src 'unsafe-inline'";

  private final EvaluationReport report;
  private final RecallReport figures;
  private final Markup page = new Markup();

  private HtmlReport(EvaluationReport report) {
    this.report = report;
    this.figures = report.figures();
  }

  static String write(EvaluationReport report) {
    String title = report.collection() + ": search quality";
    String body = new HtmlReport(report).body();
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="%s">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        %s</html>
        """
        .formatted(NOTHING_FROM_ELSEWHERE, Markup.escape(title), css(), body);
  }

  private static String css() {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"), "report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report.css", e);
    }
  }

  private String body() {
    page.open("body");
    head();
    curves();
    HtmlTables tables = new HtmlTables(report, page);
    tables.metrics();
    tables.costs();
    ranks();
    new HtmlMovers(report, page).write();
    foot();
    page.close();
    return page.toString();
  }

  private void head() {
    page.open("header");
    page.element("h1", report.collection() + ": search without and with the adapter");
    page.element("p", report.adapterSentence() + " " + report.querySentence());
    page.element(
        "p",
        "%s documents, embedded by %s. A query is seen if a training query pointed to one of its relevant documents; only unseen queries show what the adapter does for documents it has not met."
            .formatted(Figures.count(report.documents()), report.embedder()),
        "class",
        "quiet");
    page.open("div", "class", "lead");
    for (SearchMode mode : report.comparedModes()) {
      for (Subset subset : List.of(Subset.SEEN, Subset.UNSEEN)) {
        headline()
            .flatMap(metric -> figures.delta(mode, subset, metric))
            .ifPresent(delta -> headline(mode, subset, delta));
      }
    }
    page.close();
    page.close();
  }

  /** Recall at 10 where it was measured, else the first metric. */
  private Optional<Metric> headline() {
    List<Metric> metrics = report.metrics();
    return metrics.contains(Metric.recall(10))
        ? Optional.of(Metric.recall(10))
        : metrics.stream().findFirst();
  }

  private void headline(SearchMode mode, Subset subset, Delta delta) {
    page.open("div");
    page.element(
        "p",
        "%s, %s: %s"
            .formatted(label(mode), EvaluationReport.label(subset), Figures.label(delta.metric())),
        "class",
        "what");
    page.open("p", "class", "value");
    page.element("span", value(mode, false, subset, delta.metric()) + " → ");
    page.text(value(mode, true, subset, delta.metric())).text(" %");
    page.close();
    String sign = Figures.signTest(delta);
    page.element(
        "p",
        "%s points (%s)%s"
            .formatted(
                Figures.points(delta.delta()),
                Figures.interval(delta),
                sign.isEmpty() ? "" : ", sign test " + sign),
        "class",
        "sure");
    page.close();
  }

  private String value(SearchMode mode, boolean adapter, Subset subset, Metric metric) {
    return figures.value(mode, adapter, subset, metric).map(Figures::share).orElse("–");
  }

  private void curves() {
    page.element("h2", "Recall at every cut-off");
    page.element(
        "p",
        "Percent of the relevant documents among the first k hits; k on a logarithmic axis. Numbers at the ends: recall@%s."
            .formatted(figures.depth()),
        "class",
        "quiet");
    for (SearchMode mode : shown()) {
      page.open("div", "class", "panels");
      for (Subset subset : Subset.values()) {
        if (figures.curve(mode, false, subset).isPresent()) {
          page.open("figure");
          caption(mode, subset);
          RecallPlot.draw(page, figures, mode, subset);
          page.close();
        }
      }
      page.close();
    }
  }

  /** Keyword ranking is drawn beside the others; alone only if there are no others. */
  private List<SearchMode> shown() {
    List<SearchMode> modes = report.modes();
    return modes.size() == 1
        ? modes
        : modes.stream().filter(mode -> mode != SearchMode.KEYWORD).toList();
  }

  private void caption(SearchMode mode, Subset subset) {
    int queries = figures.row(mode, false, subset).map(Row::queries).orElse(0);
    page.open("figcaption");
    page.element("b", label(mode));
    page.text(", " + subset(subset) + " (" + Figures.count(queries) + ")");
    page.close();
  }

  private void ranks() {
    if (figures.adapterVersion() == null || figures.rankChanges().isEmpty()) {
      return;
    }
    page.element("h2", "Where the first relevant document stands");
    page.element(
        "p",
        "Every query is at its rank without the adapter (across) and with it (down), 1 being the best; area tells how many queries share a place. Above the diagonal the adapter helped."
            .concat(
                " The last lane holds what was not among the first %s hits."
                    .formatted(figures.depth())),
        "class",
        "quiet");
    for (SearchMode mode : report.comparedModes()) {
      page.open("div", "class", "panels wide");
      for (Subset subset : List.of(Subset.SEEN, Subset.UNSEEN)) {
        List<RankChange> changes =
            figures.rankChanges(mode).stream()
                .filter(change -> change.seen() == (subset == Subset.SEEN))
                .toList();
        if (!changes.isEmpty()) {
          page.open("figure");
          caption(mode, subset);
          RankPlot.draw(page, changes, figures.depth(), label(mode) + ", " + subset(subset));
          page.close();
        }
      }
      page.close();
    }
  }

  private void foot() {
    page.element(
        "footer",
        "Made by attune evaluate on %s. Intervals: 95 %%, paired bootstrap over queries, %s draws, seed %s; where fewer than 20 queries changed, read the exact sign test instead. Differences are in points of percent."
            .formatted(report.created(), PairedBootstrap.DEFAULT_DRAWS, report.seed()));
  }

  static String label(SearchMode mode) {
    String name = EvaluationReport.label(mode);
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  static String subset(Subset subset) {
    return EvaluationReport.label(subset) + " queries";
  }
}
