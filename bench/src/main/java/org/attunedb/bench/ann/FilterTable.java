package org.attunedb.bench.ann;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/**
 * What Attune chose under each filter beside the better of its own graph and its own scan, and of
 * Lucene. A walk is compared where its recall is at least {@value #RECALL}. Stateless.
 */
final class FilterTable {
  private static final double RECALL = 0.98;
  private static final String FILTER = "filter_selectivity";

  private FilterTable() {}

  /** A table with a line in front; empty without filtered results of Attune. */
  static String of(List<AnnResult> results) {
    List<AnnResult> chosen =
        results.stream()
            .filter(result -> isAttune(result) && plan(result, "auto"))
            .filter(result -> !result.parameter(FILTER).isEmpty())
            .toList();
    if (chosen.isEmpty()) {
      return "";
    }
    TextTable table =
        TextTable.of(
            Column.text("engine"),
            Column.number("filter"),
            Column.number("recall"),
            Column.number("chosen µs"),
            Column.number("exact µs"),
            Column.number("graph µs"),
            Column.number("chosen / better"),
            Column.number("Lucene µs"),
            Column.number("Lucene / chosen"));
    chosen.forEach(result -> add(table, result, results));
    return "\nUnder filters; walks with a recall of at least 0.98:\n" + table;
  }

  private static void add(TextTable table, AnnResult auto, List<AnnResult> all) {
    String filter = auto.parameter(FILTER);
    List<AnnResult> same =
        all.stream().filter(result -> result.parameter(FILTER).equals(filter)).toList();
    List<AnnResult> own =
        same.stream().filter(result -> result.engine().equals(auto.engine())).toList();
    Optional<Double> exact = fastest(own.stream().filter(result -> plan(result, "exact")));
    Optional<Double> graph = fastest(own.stream().filter(result -> plan(result, "graph")));
    Optional<Double> lucene =
        fastest(same.stream().filter(result -> result.engine().equals(EngineName.LUCENE.label())));
    Optional<Double> better =
        Stream.of(exact, graph).flatMap(Optional::stream).min(Comparator.naturalOrder());
    double micros = auto.timing().p50Micros();
    table.add(
        auto.engine(),
        filter,
        number("%.4f", Optional.of(auto.recall())),
        number("%.1f", Optional.of(micros)),
        number("%.1f", exact),
        number("%.1f", graph),
        number("%.2f", better.map(value -> micros / value)),
        number("%.1f", lucene),
        number("%.2f", lucene.map(value -> value / micros)));
  }

  private static Optional<Double> fastest(Stream<AnnResult> results) {
    return results
        .filter(result -> result.recall() >= RECALL)
        .map(result -> result.timing().p50Micros())
        .min(Comparator.naturalOrder());
  }

  private static boolean isAttune(AnnResult result) {
    return result.engine().startsWith("attune");
  }

  private static boolean plan(AnnResult result, String plan) {
    return result.parameter("plan").equals(plan);
  }

  private static String number(String format, Optional<Double> value) {
    return value.map(present -> String.format(Locale.ROOT, format, present)).orElse("-");
  }
}
