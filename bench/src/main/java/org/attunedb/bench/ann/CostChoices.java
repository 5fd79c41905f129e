package org.attunedb.bench.ann;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.attunedb.bench.ann.SearchSetting.Plan;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/**
 * What Attune chose beside the fastest setting that finds {@value #RECALL} of the hits or more.
 * Stateless.
 */
final class CostChoices {
  private static final double RECALL = 0.98;

  private CostChoices() {}

  static String table(List<SearchCost> costs) {
    TextTable table =
        TextTable.of(
            Column.text("engine"),
            Column.number("n"),
            Column.number("d"),
            Column.text("filter"),
            Column.text("chosen"),
            Column.number("recall"),
            Column.number("p50 us"),
            Column.text("fastest"),
            Column.number("p50 us"),
            Column.number("chosen / fastest"));
    costs.stream()
        .filter(cost -> cost.setting().plan() == Plan.AUTO)
        .forEach(chosen -> add(table, chosen, fastest(chosen, costs)));
    return table.toString();
  }

  /** The scan finds all, so there is one. */
  private static SearchCost fastest(SearchCost chosen, List<SearchCost> costs) {
    return costs.stream()
        .filter(cost -> cost.engine() == chosen.engine())
        .filter(cost -> cost.vectors() == chosen.vectors())
        .filter(cost -> cost.dimension() == chosen.dimension())
        .filter(cost -> cost.setting().selectivity().equals(chosen.setting().selectivity()))
        .filter(cost -> cost.setting().plan() != Plan.AUTO && cost.recall() >= RECALL)
        .collect(Collectors.minBy((a, b) -> Double.compare(a.p50Micros(), b.p50Micros())))
        .orElse(chosen);
  }

  private static void add(TextTable table, SearchCost chosen, SearchCost fastest) {
    OptionalDouble filter = chosen.setting().selectivity();
    table.add(
        chosen.engine().label(),
        Integer.toString(chosen.vectors()),
        Integer.toString(chosen.dimension()),
        filter.isEmpty() ? "" : Double.toString(filter.getAsDouble()),
        chosen.way(),
        String.format(Locale.ROOT, "%.3f", chosen.recall()),
        SearchCost.number(chosen.p50Micros()),
        fastest.way(),
        SearchCost.number(fastest.p50Micros()),
        String.format(Locale.ROOT, "%.2f", chosen.p50Micros() / fastest.p50Micros()));
  }
}
