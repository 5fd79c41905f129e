package org.attunedb.server.ingest.extract;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;

/** Tables of data, as opposed to those that only arrange a page. */
final class HtmlTable {
  /** What a page may claim that a cell spans. */
  private static final int MOST_SPAN = 100;

  private HtmlTable() {}

  /** The cells' texts by row; empty for a table that arranges code, other tables or one column. */
  static List<List<String>> rows(Element table) {
    boolean layout =
        table.attr("role").matches("presentation|none")
            || !table.select("table table, pre, h1, h2, h3").isEmpty();
    if (layout) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    for (Element row : table.select("tr")) {
      List<String> cells = cells(row);
      if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
        rows.add(cells);
      }
    }
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    rows.forEach(
        row -> {
          while (row.size() < columns) {
            row.add("");
          }
        });
    return columns < 2 ? List.of() : rows;
  }

  /** The first row above, as Markdown has it. */
  static String markdown(List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      table.append(i == 0 ? "" : "\n").append(line(rows.get(i)));
      if (i == 0) {
        table.append('\n').append("|").append(" --- |".repeat(rows.getFirst().size()));
      }
    }
    return table.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static List<String> cells(Element row) {
    List<String> cells = new ArrayList<>();
    Elements found = row.select("> td, > th");
    for (Element cell : found) {
      cells.add(text(cell));
      for (int i = 1; i < span(cell); i++) {
        cells.add("");
      }
    }
    return cells;
  }

  private static String text(Element cell) {
    for (Element code : cell.select("code, kbd, samp, tt")) {
      if (code.select("code, kbd, samp, tt").size() == 1 && code.hasText()) {
        code.text(HtmlCode.inline(code.text()));
      }
    }
    return Charsets.clean(cell.text()).strip().replace("|", "\\|");
  }

  private static int span(Element cell) {
    try {
      return Math.clamp(Integer.parseInt(cell.attr("colspan").strip()), 1, MOST_SPAN);
    } catch (NumberFormatException e) {
      return 1;
    }
  }
}
