package org.attunedb.server.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.attunedb.core.evaluation.RecallCurve;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/** Recall at every cut-off as an SVG drawing: one panel for a mode and a subset. Stateless. */
final class RecallPlot {
  private static final double LEFT = 30;
  private static final double RIGHT = 224;
  private static final double TOP = 12;
  private static final double BOTTOM = 190;
  private static final double LABEL_HEIGHT = 13;

  private RecallPlot() {}

  /** A curve, how it is called and which class styles it. */
  private record Line(RecallCurve curve, String name, String style) {
    double end() {
      return curve.recall().getLast();
    }
  }

  /** Draws a panel; keyword ranking stands in every panel as the common reference. */
  static void draw(Markup page, RecallReport figures, SearchMode mode, Subset subset) {
    List<Line> lines = new ArrayList<>();
    if (mode != SearchMode.KEYWORD) {
      add(lines, figures.curve(SearchMode.KEYWORD, false, subset), "keyword", "reference");
    }
    add(lines, figures.curve(mode, false, subset), "without", "base");
    if (figures.adapterVersion() != null) {
      add(lines, figures.curve(mode, true, subset), "with", "adapted");
    }
    int depth = figures.depth();
    LogScale x = new LogScale(depth, LEFT, RIGHT);
    page.open(
        "svg",
        "viewBox",
        "0 0 320 220",
        "role",
        "img",
        "aria-label",
        "recall@k of " + EvaluationReport.label(mode) + " search, " + label(subset));
    axes(page, x);
    for (Line line : lines) {
      page.shape("polyline", "class", "curve " + line.style(), "points", points(line.curve(), x));
    }
    labels(page, lines);
    page.close();
  }

  private static String label(Subset subset) {
    return EvaluationReport.label(subset) + " queries";
  }

  private static void add(
      List<Line> lines, Optional<RecallCurve> curve, String name, String style) {
    curve.ifPresent(found -> lines.add(new Line(found, name, style)));
  }

  private static void axes(Markup page, LogScale x) {
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = y(percent / 100.0);
      page.shape(
          "line",
          "class",
          percent == 0 ? "axis" : "grid",
          "x1",
          n(LEFT),
          "x2",
          n(RIGHT),
          "y1",
          n(y),
          "y2",
          n(y));
      page.element(
          "text",
          Integer.toString(percent),
          "x",
          n(LEFT - 6),
          "y",
          n(y + 3.5),
          "class",
          "tick end");
    }
    for (int k : x.ticks()) {
      page.element(
          "text",
          k == 1 ? "k = 1" : Integer.toString(k),
          "x",
          n(x.at(k)),
          "y",
          n(BOTTOM + 16),
          "class",
          "tick middle");
    }
  }

  private static String points(RecallCurve curve, LogScale x) {
    StringBuilder points = new StringBuilder();
    for (int k = 1; k <= curve.recall().size(); k++) {
      points.append(n(x.at(k))).append(',').append(n(y(curve.at(k)))).append(' ');
    }
    return points.toString().strip();
  }

  /** Names at the ends of the curves, moved apart where they would overlap. */
  private static void labels(Markup page, List<Line> lines) {
    List<Line> upwards = lines.stream().sorted(Comparator.comparingDouble(Line::end)).toList();
    double above = BOTTOM + LABEL_HEIGHT;
    List<Double> places = new ArrayList<>();
    for (Line line : upwards) {
      above = Math.min(y(line.end()), above - LABEL_HEIGHT);
      places.add(above);
    }
    // What was pushed over the top comes down again, and pushes the others.
    double below = TOP - LABEL_HEIGHT;
    for (int i = places.size() - 1; i >= 0; i--) {
      below = Math.max(places.get(i), below + LABEL_HEIGHT);
      places.set(i, below);
    }
    for (int i = 0; i < places.size(); i++) {
      Line line = upwards.get(i);
      page.element(
          "text",
          line.name() + " " + Figures.share(line.end()),
          "x",
          n(RIGHT + 6),
          "y",
          n(places.get(i) + 4),
          "class",
          "name " + line.style());
    }
  }

  private static double y(double recall) {
    return BOTTOM - recall * (BOTTOM - TOP);
  }

  private static String n(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
