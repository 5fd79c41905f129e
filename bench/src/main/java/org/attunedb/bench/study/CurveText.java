package org.attunedb.bench.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.search.SearchMode;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/**
 * A learning curve as a table and as lines of JSON, whose members docs/studies.md lists. Stateless.
 */
final class CurveText {
  private CurveText() {}

  static String table(List<CurvePoint> points) {
    TextTable table =
        TextTable.of(
            Column.number("labels"),
            Column.text("mode"),
            Column.text("method"),
            Column.number("draws"),
            Column.number("applied"),
            Column.number("worse R@10"),
            Column.number("R@10 gain"),
            Column.number("95 % interval"),
            Column.number("nDCG@10 gain"),
            Column.number("95 % interval"),
            Column.number("seconds"));
    for (CurvePoint point : points) {
      Gain recall = gain(point, Metric.recall(10));
      Gain ndcg = gain(point, Metric.ndcg(10));
      table.add(
          Integer.toString(point.labels()),
          point.mode().name(),
          point.method(),
          Integer.toString(point.draws()),
          Integer.toString(point.applied()),
          Integer.toString(point.below().getOrDefault(Metric.recall(10), 0)),
          Figures.signed(recall.mean()),
          Figures.interval(recall),
          Figures.signed(ndcg.mean()),
          Figures.interval(ndcg),
          String.format(Locale.ROOT, "%.1f", point.seconds()));
    }
    return table.toString();
  }

  private static Gain gain(CurvePoint point, Metric metric) {
    return point.gains().getOrDefault(metric, new Gain(0, 0, 0));
  }

  /** One draw. */
  static String json(CurveMeasurement draw) {
    ObjectNode json = head("draw", draw.method(), draw.mode(), draw.labels());
    json.put("draw", draw.draw())
        .put("applied", draw.applied())
        .put("reason", draw.reason())
        .put("seconds", draw.seconds());
    for (Metric metric : PerQuery.METRICS) {
      json.putObject(metric.label())
          .put("base", draw.base().mean(metric))
          .put("value", draw.values().mean(metric))
          .put("gain", draw.gain(metric));
    }
    return json + "\n";
  }

  /** All draws of a method, mode and number of labels. */
  static String json(CurvePoint point) {
    ObjectNode json = head("point", point.method(), point.mode(), point.labels());
    json.put("draws", point.draws())
        .put("applied", point.applied())
        .put("seconds", point.seconds());
    point
        .gains()
        .forEach(
            (metric, gain) ->
                json.putObject(metric.label())
                    .put("gain", gain.mean())
                    .put("low", gain.low())
                    .put("high", gain.high())
                    .put("below", point.below().getOrDefault(metric, 0)));
    return json + "\n";
  }

  private static ObjectNode head(String kind, String method, SearchMode mode, int labels) {
    return StrictJson.object()
        .put("kind", kind)
        .put("method", method)
        .put("mode", mode.name())
        .put("labels", labels);
  }
}
