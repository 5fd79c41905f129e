package org.attunedb.server.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.search.SearchStats;
import org.attunedb.core.search.SegmentPlan;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.jspecify.annotations.Nullable;

/** How a search was done, segment by segment. Stateless. */
final class Explanation {
  private Explanation() {}

  static String table(SearchStats stats) {
    TextTable table =
        TextTable.of(
            Column.text("segment"),
            Column.number("documents"),
            Column.number("matching"),
            Column.text("plan"),
            Column.text("reason"),
            Column.number("ef"),
            Column.number("scan us"),
            Column.number("walk us"),
            Column.number("visited"),
            Column.number("rescored"));
    for (SegmentPlan segment : stats.segments()) {
      table.add(
          segment.segment(),
          Integer.toString(segment.documents()),
          Integer.toString(segment.matching()),
          name(segment.plan()),
          name(segment.reason()),
          segment.ef() == 0 ? "" : Integer.toString(segment.ef()),
          micros(segment.scanCost()),
          micros(segment.walkCost()),
          Long.toString(segment.visited()),
          Long.toString(segment.rescored()));
    }
    return String.format(
        Locale.ROOT,
        "%nplan %s, ef %d, %d visited, %d rescored%s, %.3f ms%n%s",
        name(stats.plan()),
        stats.ef(),
        stats.visited(),
        stats.rescored(),
        stats.matched() == null ? "" : ", " + stats.matched() + " matched",
        stats.elapsed().toNanos() / 1e6,
        table);
  }

  private static String micros(@Nullable Duration cost) {
    return cost == null ? "" : String.format(Locale.ROOT, "%.1f", cost.toNanos() / 1e3);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static ObjectNode json(SearchStats stats) {
    ObjectNode json = StrictJson.object();
    json.put("plan", name(stats.plan()));
    json.put("ef", stats.ef());
    json.put("visited", stats.visited());
    json.put("rescored", stats.rescored());
    json.put("matched", stats.matched());
    json.put("elapsed_us", stats.elapsed().toNanos() / 1e3);
    var segments = json.putArray("segments");
    for (SegmentPlan segment : stats.segments()) {
      segments
          .addObject()
          .put("segment", segment.segment())
          .put("documents", segment.documents())
          .put("matching", segment.matching())
          .put("plan", name(segment.plan()))
          .put("reason", name(segment.reason()))
          .put("ef", segment.ef())
          .put("scan_us", number(segment.scanCost()))
          .put("walk_us", number(segment.walkCost()))
          .put("visited", segment.visited())
          .put("rescored", segment.rescored());
    }
    return json;
  }

  private static @Nullable Double number(@Nullable Duration cost) {
    return cost == null ? null : cost.toNanos() / 1e3;
  }
}
