package org.attunedb.bench.ann;

import java.util.List;
import java.util.OptionalInt;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** Recalls of codes as a table for people. Stateless. */
final class CodeTable {
  private static final double[] AIMS = {0.9, 0.95, 0.99, 0.995};

  private CodeTable() {}

  static String of(List<CodeRecall> results) {
    TextTable table =
        TextTable.of(
            Column.text("vectors"),
            Column.number("n"),
            Column.number("d"),
            Column.number("k"),
            Column.text("codes"),
            Column.number("recall alone"),
            Column.number("over-fetch for 0.9"),
            Column.number("0.95"),
            Column.number("0.99"),
            Column.number("0.995"));
    for (CodeRecall result : results) {
      table.add(
          result.data(),
          Integer.toString(result.n()),
          Integer.toString(result.d()),
          Integer.toString(result.k()),
          result.kind().label(),
          AnnTable.number("%.4f", result.alone()),
          overFetch(result, AIMS[0]),
          overFetch(result, AIMS[1]),
          overFetch(result, AIMS[2]),
          overFetch(result, AIMS[3]));
    }
    return table.toString();
  }

  private static String overFetch(CodeRecall result, double recall) {
    OptionalInt least = result.overFetch(recall);
    return least.isEmpty() ? "-" : Integer.toString(least.getAsInt());
  }
}
