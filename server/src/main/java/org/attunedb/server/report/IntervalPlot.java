package org.attunedb.server.report;

import java.util.List;
import java.util.Locale;
import org.attunedb.core.evaluation.RecallReport.Delta;

/**
 * Differences with their intervals as small SVG drawings for the cells of a table, all on one
 * scale.
 *
 * @param low where the scale begins, at most 0
 * @param high where it ends, at least 0 and above {@code low}
 */
record IntervalPlot(double low, double high) {
  private static final double LEAST = 0.01;
  private static final double WIDTH = 120;
  private static final double MIDDLE = 9;
  private static final double MARGIN = 4;

  /** A scale on which all of these fit. */
  static IntervalPlot of(List<Delta> deltas) {
    double low = deltas.stream().mapToDouble(Delta::ciLow).min().orElse(0);
    double high = deltas.stream().mapToDouble(Delta::ciHigh).max().orElse(0);
    return new IntervalPlot(Math.min(low, -LEAST), Math.max(high, LEAST));
  }

  void draw(Markup page, Delta delta) {
    String style = delta.ciLow() > 0 ? "rose" : delta.ciHigh() < 0 ? "fell" : "same";
    page.open("svg", "viewBox", "0 0 120 18", "class", "whisker", "aria-hidden", "true");
    page.shape("line", "class", "axis", "x1", x(0), "x2", x(0), "y1", "1", "y2", n(2 * MIDDLE - 1));
    page.shape(
        "line",
        "class",
        "range " + style,
        "x1",
        x(delta.ciLow()),
        "x2",
        x(delta.ciHigh()),
        "y1",
        n(MIDDLE),
        "y2",
        n(MIDDLE));
    page.shape(
        "circle", "class", "dot " + style, "cx", x(delta.delta()), "cy", n(MIDDLE), "r", "3.4");
    page.close();
  }

  private String x(double difference) {
    return n(MARGIN + (difference - low) / (high - low) * (WIDTH - 2 * MARGIN));
  }

  private static String n(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
