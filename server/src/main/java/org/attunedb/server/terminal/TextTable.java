package org.attunedb.server.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * A table in ASCII whose columns are as wide as their contents:
 *
 * <pre>
 * metric     | without |  with
 * -----------+---------+------
 * recall@10  |   45.0% | 79.0%
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class TextTable {
  private static final String SEPARATOR = " | ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(List<Column> columns) {
    this.columns = columns;
  }

  /** On which side of its column a cell stands. */
  public enum Align {
    /** For words. */
    LEFT,
    /** For numbers. */
    RIGHT
  }

  /** A column's header and alignment. */
  public record Column(String title, Align align) {
    /** A column of words. */
    public static Column text(String title) {
      return new Column(title, Align.LEFT);
    }

    /** A column of numbers. */
    public static Column number(String title) {
      return new Column(title, Align.RIGHT);
    }
  }

  /** An empty table. */
  public static TextTable of(Column... columns) {
    return new TextTable(List.of(columns));
  }

  /**
   * Adds a row. Line breaks and control characters in cells are made harmless.
   *
   * @param cells one a column
   */
  public TextTable add(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "row has " + cells.length + " cells, expected " + columns.size());
    }
    rows.add(List.of(cells).stream().map(PlainText::oneLine).toList());
    return this;
  }

  /** Header, rule and rows, without spaces at the ends of lines. */
  public List<String> lines() {
    int[] widths = widths();
    List<String> lines = new ArrayList<>();
    lines.add(line(columns.stream().map(Column::title).toList(), widths));
    lines.add(rule(widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  /** All lines, each with a line break. */
  @Override
  public String toString() {
    return String.join("\n", lines()) + "\n";
  }

  private int[] widths() {
    int[] widths = columns.stream().mapToInt(c -> PlainText.width(c.title())).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], PlainText.width(row.get(i)));
      }
    }
    return widths;
  }

  private String line(List<String> cells, int[] widths) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      padded.add(
          switch (columns.get(i).align()) {
            case LEFT -> PlainText.padRight(cells.get(i), widths[i]);
            case RIGHT -> PlainText.padLeft(cells.get(i), widths[i]);
          });
    }
    return String.join(SEPARATOR, padded).stripTrailing();
  }

  private static String rule(int[] widths) {
    List<String> dashes = new ArrayList<>();
    for (int width : widths) {
      dashes.add("-".repeat(width));
    }
    return String.join("-+-", dashes);
  }
}
