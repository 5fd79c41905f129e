package org.attunedb.bench.ann;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** Results as a table for people. Stateless. */
final class AnnTable {
  private static final double MEGABYTE = 1e6;

  private AnnTable() {}

  static String of(List<AnnResult> results) {
    TextTable table =
        TextTable.of(
            Column.text("engine"),
            Column.text("setting"),
            Column.number("recall"),
            Column.number("p50 µs"),
            Column.number("p99 µs"),
            Column.number("queries/s"),
            Column.number("build s"),
            Column.number("CPU s"),
            Column.number("disk MB"),
            Column.number("heap MB"),
            Column.number("RSS MB"));
    for (AnnResult result : results) {
      table.add(
          result.engine(),
          setting(result),
          number("%.4f", result.recall()),
          number("%.1f", result.timing().p50Micros()),
          number("%.1f", result.timing().p99Micros()),
          number("%,.0f", result.timing().qps()),
          number("%.1f", result.build().seconds()),
          result.build().cpuSeconds().isEmpty()
              ? "-"
              : number("%.1f", result.build().cpuSeconds().getAsDouble()),
          megabytes(result.build().diskBytes()),
          megabytes(result.build().heapBytes()),
          megabytes(result.rssBytes()));
    }
    return table.toString();
  }

  /** What differs between the rows of one engine. */
  static String setting(AnnResult result) {
    StringBuilder text = new StringBuilder();
    for (String name :
        List.of("stage", "plan", "ef", "target_recall", "nprobe", "filter_selectivity")) {
      String value = result.parameter(name);
      boolean told = name.equals("plan") && value.equals("graph");
      if (!value.isEmpty() && !told) {
        text.append(text.isEmpty() ? "" : " ");
        text.append(
            switch (name) {
              case "stage", "plan", "target_recall" -> value;
              case "filter_selectivity" -> "filter=" + value;
              default -> name + "=" + value;
            });
      }
    }
    return text.toString();
  }

  static String megabytes(OptionalLong bytes) {
    return bytes.isEmpty() ? "-" : number("%,.1f", bytes.getAsLong() / MEGABYTE);
  }

  static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
