package org.attunedb.server.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.Mover;
import org.attunedb.core.evaluation.Mover.RankedDocument;
import org.attunedb.core.evaluation.PairedBootstrap;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.attunedb.server.terminal.PlainText;

/** The report as Markdown with pipe tables. Texts of documents and queries stay plain text. */
final class MarkdownReport {
  private static final String SPECIAL = "\\`*_{}[]<>()#+-.!|~&$:@^=\"'";

  private final EvaluationReport report;
  private final RecallReport figures;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(EvaluationReport report) {
    this.report = report;
    this.figures = report.figures();
  }

  static String write(EvaluationReport report) {
    return new MarkdownReport(report).write();
  }

  private String write() {
    paragraph("# " + escape(report.collection()) + ": search without and with the adapter");
    paragraph(escape(report.adapterSentence()) + " " + escape(report.querySentence()));
    for (SearchMode mode : report.modes()) {
      paragraph("## " + HtmlReport.label(mode));
      means(mode);
    }
    costs();
    movers();
    paragraph(
        ("Differences are in points of percent. Intervals: 95 %%, paired bootstrap over queries,"
                + " %s draws, seed %s. Where fewer than 20 queries changed, read the exact sign test"
                + " instead.")
            .formatted(PairedBootstrap.DEFAULT_DRAWS, report.seed()));
    return text.toString().stripTrailing() + "\n";
  }

  private void means(SearchMode mode) {
    row(
        List.of(
            "queries",
            "n",
            "metric",
            "without",
            "with",
            "change",
            "95 % interval",
            "queries moved",
            "sign test"));
    text.append("|---|---:|---|---:|---:|---:|---:|---:|---:|\n");
    for (Subset subset : Subset.values()) {
      int queries = figures.row(mode, false, subset).map(Row::queries).orElse(0);
      if (queries == 0) {
        row(List.of(EvaluationReport.label(subset), "0", "–", "–", "–", "–", "–", "–", ""));
        continue;
      }
      for (Metric metric : report.metrics()) {
        row(
            List.of(
                EvaluationReport.label(subset),
                Figures.count(queries),
                Figures.label(metric),
                value(mode, false, subset, metric),
                value(mode, true, subset, metric),
                delta(mode, subset, metric).map(d -> Figures.points(d.delta())).orElse("–"),
                delta(mode, subset, metric).map(Figures::interval).orElse("–"),
                delta(mode, subset, metric).map(Figures::changes).orElse("–"),
                delta(mode, subset, metric).map(Figures::signTest).orElse("")));
      }
    }
    text.append('\n');
  }

  private Optional<Delta> delta(SearchMode mode, Subset subset, Metric metric) {
    return figures.delta(mode, subset, metric);
  }

  private String value(SearchMode mode, boolean adapter, Subset subset, Metric metric) {
    return figures.value(mode, adapter, subset, metric).map(Figures::share).orElse("–");
  }

  private void costs() {
    if (figures.costs().isEmpty()) {
      return;
    }
    paragraph("## The same recall from fewer hits");
    paragraph(CostText.explanation(figures.costs().getFirst().k()));
    List<String> headers = new ArrayList<>(List.of("mode"));
    headers.addAll(CostText.headers(report));
    row(headers);
    text.append("|").append("---|".repeat(headers.size())).append('\n');
    for (CostComparison cost : figures.costs()) {
      cost(cost, "equal mean", cost.equal());
      cost(cost, "assured", cost.assured());
    }
    text.append('\n');
  }

  private void cost(CostComparison cost, String kind, Optional<CostComparison.Saving> saving) {
    List<String> cells = new ArrayList<>(List.of(EvaluationReport.label(cost.mode())));
    cells.addAll(CostText.cells(report, cost, kind, saving));
    row(cells);
  }

  private void movers() {
    for (SearchMode mode : report.comparedModes()) {
      movers(mode, "fell most", figures.fallen(mode));
      movers(mode, "rose most", figures.risen(mode));
    }
  }

  private void movers(SearchMode mode, String title, List<Mover> movers) {
    if (movers.isEmpty()) {
      return;
    }
    paragraph("## " + HtmlReport.label(mode) + ": queries that " + title);
    for (Mover mover : movers) {
      String asked = mover.change().text();
      text.append(
          "- **%s → %s** %s (%s, %s)\n"
              .formatted(
                  rank(mover.change().before()),
                  rank(mover.change().after()),
                  asked == null ? "(a vector)" : escape(asked),
                  mover.change().seen() ? "seen" : "unseen",
                  escape(report.queryId(mover.change()))));
      document("relevant", mover.answer());
      mover.passed().forEach(document -> document("passed", document));
    }
    text.append('\n');
  }

  private void document(String role, RankedDocument document) {
    String excerpt = document.excerpt();
    text.append(
        "  - %s, %s → %s: %s %s\n"
            .formatted(
                role,
                rank(document.before()),
                rank(document.after()),
                escape(document.id()),
                excerpt == null ? "" : escape(excerpt)));
  }

  private String rank(OptionalInt rank) {
    return Figures.rank(rank, figures.depth()).replace(">", "\\>");
  }

  private void paragraph(String content) {
    text.append(content).append("\n\n");
  }

  private void row(List<String> cells) {
    text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |"))).append('\n');
  }

  /** Text in one line in which nothing is markup: CommonMark lets all punctuation be escaped. */
  static String escape(String content) {
    StringBuilder escaped = new StringBuilder();
    PlainText.oneLine(content)
        .codePoints()
        .forEach(
            c -> {
              if (SPECIAL.indexOf(c) >= 0) {
                escaped.append('\\');
              }
              escaped.appendCodePoint(c);
            });
    return escaped.toString();
  }
}
