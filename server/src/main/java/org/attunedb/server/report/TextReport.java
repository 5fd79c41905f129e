package org.attunedb.server.report;

import java.util.List;
import java.util.Optional;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.CostComparison.Saving;
import org.attunedb.core.evaluation.Mover;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.attunedb.server.terminal.DeepMemoryFormat;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** The report for the terminal: first what Deep Memory printed, then everything else. */
final class TextReport {
  private static final int SHOWN = 70;

  private final EvaluationReport report;
  private final RecallReport figures;
  private final StringBuilder text = new StringBuilder();

  private TextReport(EvaluationReport report) {
    this.report = report;
    this.figures = report.figures();
  }

  static String write(EvaluationReport report) {
    return new TextReport(report).write();
  }

  private String write() {
    text.append(PlainText.oneLine(report.adapterSentence())).append(' ');
    text.append(PlainText.oneLine(report.querySentence())).append("\n\n");
    SearchMode first = report.modes().getFirst();
    text.append(DeepMemoryFormat.evaluation(figures, first, Subset.ALL)).append('\n');
    for (SearchMode mode : report.modes()) {
      heading(HtmlReport.label(mode) + " search");
      text.append(DeepMemoryFormat.sideBySide(figures, mode)).append('\n');
    }
    for (SearchMode mode : report.comparedModes()) {
      movers(HtmlReport.label(mode) + " search: queries that fell most", figures.fallen(mode));
      movers(HtmlReport.label(mode) + " search: queries that rose most", figures.risen(mode));
    }
    costs();
    return text.toString();
  }

  private void movers(String title, List<Mover> movers) {
    if (movers.isEmpty()) {
      return;
    }
    heading(title);
    TextTable table =
        TextTable.of(
            Column.number("before"),
            Column.number("after"),
            Column.text(""),
            Column.text("query"),
            Column.text("text"));
    for (Mover mover : movers) {
      String asked = mover.change().text();
      table.add(
          Figures.rank(mover.change().before(), figures.depth()),
          Figures.rank(mover.change().after(), figures.depth()),
          mover.change().seen() ? "seen" : "unseen",
          report.queryId(mover.change()),
          asked == null ? "(a vector)" : shortened(asked));
    }
    text.append(table).append('\n');
  }

  private void costs() {
    if (figures.costs().isEmpty()) {
      return;
    }
    heading("The same recall from fewer hits");
    PlainText.lines(CostText.explanation(figures.costs().getFirst().k()))
        .forEach(line -> text.append(line).append('\n'));
    for (SearchMode mode : report.comparedModes()) {
      text.append('\n').append(HtmlReport.label(mode)).append('\n').append(costs(mode));
    }
  }

  private TextTable costs(SearchMode mode) {
    List<String> headers = CostText.headers(report);
    Column[] columns = new Column[headers.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i < 2 ? Column.text(headers.get(i)) : Column.number(headers.get(i));
    }
    TextTable table = TextTable.of(columns);
    for (Subset subset : Subset.values()) {
      figures
          .cost(mode, subset)
          .ifPresent(
              cost -> {
                add(table, cost, "equal mean", cost.equal());
                add(table, cost, "assured", cost.assured());
              });
    }
    return table;
  }

  private void add(TextTable table, CostComparison cost, String kind, Optional<Saving> saving) {
    table.add(
        CostText.cells(report, cost, kind, saving).stream()
            .map(TextReport::ascii)
            .toArray(String[]::new));
  }

  /** Terminals that don't speak Unicode still exist. */
  private static String ascii(String cell) {
    return cell.replace('−', '-').replace('–', '-');
  }

  private void heading(String title) {
    text.append(title).append('\n').append("-".repeat(title.length())).append('\n');
  }

  private static String shortened(String asked) {
    return asked.codePointCount(0, asked.length()) <= SHOWN
        ? asked
        : asked.substring(0, asked.offsetByCodePoints(0, SHOWN - 3)) + "...";
  }
}
