package org.attunedb.bench.jmh;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** Timings as text for people. */
final class JmhTable {
  private JmhTable() {}

  static String write(List<Timing> timings) {
    TextTable table =
        TextTable.of(
            Column.text("benchmark"),
            Column.text("parameters"),
            Column.number("score"),
            Column.number("error"),
            Column.number("p50"),
            Column.number("p99"),
            Column.text("unit"));
    for (Timing timing : timings) {
      table.add(
          timing.benchmark(),
          timing.parameters().entrySet().stream()
              .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
              .collect(Collectors.joining(" ")),
          number(timing.score()),
          number(timing.error()),
          number(timing.p50()),
          number(timing.p99()),
          timing.unit().replaceFirst("^us", "µs"));
    }
    return table.toString();
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "-";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
