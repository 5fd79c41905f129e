package org.attunedb.bench.ann;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SegmentPlan;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.jspecify.annotations.Nullable;

/**
 * What one setting costs, as measured and as Attune predicts it.
 *
 * @param engine which of Attune's formats
 * @param vectors how many there are
 * @param dimension of each
 * @param setting what was asked for
 * @param plan what was done
 * @param ef candidates of the walk; 0 for a scan
 * @param recall part of the scan's hits that were found
 * @param visited vectors or codes that a search compares on average
 * @param rescored full vectors that it compares after codes
 * @param p50Micros median time of a search
 * @param predictedMicros mean of what the planner took it to be
 */
record SearchCost(
    EngineName engine,
    int vectors,
    int dimension,
    SearchSetting setting,
    Plan plan,
    int ef,
    double recall,
    double visited,
    double rescored,
    double p50Micros,
    double predictedMicros) {
  /** What the planner thought that a segment takes. */
  static double predictedMicros(SegmentPlan segment) {
    return micros(segment.plan() == Plan.GRAPH ? segment.walkCost() : segment.scanCost());
  }

  private static double micros(@Nullable Duration cost) {
    return cost == null ? 0 : cost.toNanos() / 1e3;
  }

  /** What was done: the scan, or the walk's ef. */
  String way() {
    return plan == Plan.GRAPH ? "ef=" + ef : plan.name().toLowerCase(Locale.ROOT);
  }

  private double nanosPerVector() {
    return visited == 0 ? 0 : p50Micros * 1e3 / visited;
  }

  String toJson() {
    ObjectNode json = StrictJson.object();
    json.put("engine", engine.label());
    json.put("n", vectors);
    json.put("d", dimension);
    json.put("setting", setting.label());
    json.put("plan", plan.name().toLowerCase(Locale.ROOT));
    json.put("ef", ef);
    json.put("recall", recall);
    json.put("visited", visited);
    json.put("rescored", rescored);
    json.put("p50_us", p50Micros);
    json.put("predicted_us", predictedMicros);
    json.put("ns_per_vector", nanosPerVector());
    return json.toString();
  }

  static String table(List<SearchCost> costs) {
    TextTable table =
        TextTable.of(
            Column.text("engine"),
            Column.number("n"),
            Column.number("d"),
            Column.text("setting"),
            Column.text("plan"),
            Column.number("ef"),
            Column.number("recall"),
            Column.number("visited"),
            Column.number("rescored"),
            Column.number("p50 us"),
            Column.number("predicted us"),
            Column.number("ns/vector"));
    for (SearchCost cost : costs) {
      table.add(
          cost.engine.label(),
          Integer.toString(cost.vectors),
          Integer.toString(cost.dimension),
          cost.setting.label(),
          cost.plan.name().toLowerCase(Locale.ROOT),
          Integer.toString(cost.ef),
          String.format(Locale.ROOT, "%.3f", cost.recall),
          number(cost.visited),
          number(cost.rescored),
          number(cost.p50Micros),
          number(cost.predictedMicros),
          number(cost.nanosPerVector()));
    }
    return table.toString();
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
