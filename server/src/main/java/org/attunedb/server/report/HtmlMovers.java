package org.attunedb.server.report;

import java.util.List;
import java.util.OptionalInt;
import org.attunedb.core.evaluation.Mover;
import org.attunedb.core.evaluation.Mover.RankedDocument;
import org.attunedb.core.search.SearchMode;

/** The queries that moved most, as lists of the page. Not thread-safe. */
final class HtmlMovers {
  private final EvaluationReport report;
  private final Markup page;

  HtmlMovers(EvaluationReport report, Markup page) {
    this.report = report;
    this.page = page;
  }

  void write() {
    if (report.figures().movers().isEmpty()) {
      return;
    }
    page.element("h2", "Queries that moved most");
    page.element(
        "p",
        "By the ratio of the ranks of the first relevant document, which stands first below each query in bold. Below it: documents that passed it on the way down, or that it passed on the way up.",
        "class",
        "quiet");
    for (SearchMode mode : report.comparedModes()) {
      page.element("h3", HtmlReport.label(mode));
      page.open("div", "class", "movers");
      list("Fell most", "fell", report.figures().fallen(mode));
      list("Rose most", "rose", report.figures().risen(mode));
      page.close();
    }
  }

  private void list(String title, String style, List<Mover> movers) {
    page.open("section", "class", style);
    page.element("h4", title);
    if (movers.isEmpty()) {
      page.element("p", "None.", "class", "quiet");
    }
    page.open("ol");
    movers.forEach(this::mover);
    page.close().close();
  }

  private void mover(Mover mover) {
    page.open("li");
    page.element(
        "span",
        rank(mover.change().before()) + " → " + rank(mover.change().after()),
        "class",
        "ranks");
    page.element(
        "span",
        (mover.change().seen() ? "  seen, " : "  unseen, ") + report.queryId(mover.change()),
        "class",
        "quiet");
    String text = mover.change().text();
    page.element("p", text == null ? "(a vector)" : text, "class", "asked", "dir", "auto");
    page.open("ol", "class", "hits");
    document(mover.answer(), "relevant");
    mover.passed().forEach(document -> document(document, "other"));
    page.close();
    page.close();
  }

  private void document(RankedDocument document, String style) {
    page.open("li");
    page.element(
        "span", rank(document.before()) + " → " + rank(document.after()), "class", "place");
    page.element("bdi", document.id(), "class", style + " id");
    String excerpt = document.excerpt();
    if (excerpt != null) {
      page.text(" ").element("bdi", excerpt);
    }
    page.close();
  }

  private String rank(OptionalInt rank) {
    return Figures.rank(rank, report.figures().depth());
  }
}
