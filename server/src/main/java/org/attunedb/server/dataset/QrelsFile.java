package org.attunedb.server.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads judgments: a header, then query id, document id and score in columns set apart by tabs. The
 * header is demanded, because passing over a first line without looking would silently lose a
 * judgment of a file that has none.
 */
final class QrelsFile {
  private static final String COLUMNS = "query-id TAB corpus-id TAB score";

  private QrelsFile() {}

  /** One line: how relevant a document is to a query. */
  record Judgment(String queryId, String documentId, double grade) {}

  /**
   * Reads a whole file.
   *
   * @param displayName how messages call the file
   */
  static List<Judgment> read(Path path, String displayName) {
    List<Judgment> judgments = new ArrayList<>();
    try (LineReader lines = LineReader.open(path, displayName)) {
      requireHeader(lines);
      for (String line = lines.next(); line != null; line = lines.next()) {
        judgments.add(judgment(lines, line));
      }
    }
    return judgments;
  }

  private static void requireHeader(LineReader lines) {
    String header = lines.next();
    if (header == null) {
      throw FileFault.malformed(
          lines.displayName(), 1, "the file is empty, expected the header " + COLUMNS);
    }
    String[] columns = columns(lines, header);
    if (isNumber(columns[2])) {
      throw FileFault.malformed(
          lines.displayName(),
          lines.number(),
          "expected the header " + COLUMNS + ", got a judgment");
    }
  }

  private static Judgment judgment(LineReader lines, String line) {
    String[] columns = columns(lines, line);
    if (!isNumber(columns[2])) {
      throw FileFault.malformed(
          lines.displayName(),
          lines.number(),
          "score is " + FileFault.quote(columns[2]) + ", expected a number");
    }
    double grade = Double.parseDouble(columns[2]);
    if (!Double.isFinite(grade) || grade < 0) {
      throw FileFault.malformed(
          lines.displayName(),
          lines.number(),
          "score is " + FileFault.quote(columns[2]) + ", expected a finite number of at least 0");
    }
    return new Judgment(columns[0], columns[1], grade);
  }

  private static String[] columns(LineReader lines, String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != 3) {
      throw FileFault.malformed(
          lines.displayName(),
          lines.number(),
          "has " + columns.length + " columns, expected 3: " + COLUMNS);
    }
    return columns;
  }

  private static boolean isNumber(String value) {
    try {
      Double.parseDouble(value);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
