package org.attunedb.server.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.attunedb.core.evaluation.RankChange;

/**
 * Rank of the first relevant document without the adapter against that with it, on logarithmic axes
 * as an SVG drawing. Equal pairs are one bubble whose area tells how many they are. Stateless.
 */
final class RankPlot {
  private static final double LEFT = 54;
  private static final double RIGHT = 318;
  private static final double TOP = 36;
  private static final double BOTTOM = 306;
  private static final double LEAST_RADIUS = 2.2;
  private static final double MOST_RADIUS = 15;

  private RankPlot() {}

  private record Pair(int before, int after) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int byBefore = Integer.compare(before, other.before);
      return byBefore == 0 ? Integer.compare(after, other.after) : byBefore;
    }

    String style() {
      if (after == before) {
        return "bubble same";
      }
      return after < before ? "bubble rose" : "bubble fell";
    }
  }

  /**
   * Draws some changes.
   *
   * @param depth the rank beyond which nothing was found; what is there has a lane of its own
   */
  static void draw(Markup page, List<RankChange> changes, int depth, String label) {
    // The lane beyond the depth lies somewhat apart.
    double gap = 30;
    LogScale x = new LogScale(depth, LEFT, RIGHT - gap);
    LogScale y = new LogScale(depth, TOP, BOTTOM - gap);
    page.open("svg", "viewBox", "0 0 340 350", "role", "img", "aria-label", label);
    frame(page, x, y, depth);
    pairs(changes, depth)
        .forEach(
            (pair, count) -> {
              page.open(
                  "circle",
                  "class",
                  pair.style(),
                  "cx",
                  n(pair.before() > depth ? RIGHT : x.at(pair.before())),
                  "cy",
                  n(pair.after() > depth ? BOTTOM : y.at(pair.after())),
                  "r",
                  n(radius(count, changes.size())));
              page.element("title", title(pair, count, depth));
              page.close();
            });
    page.close();
  }

  private static void frame(Markup page, LogScale x, LogScale y, int depth) {
    for (int rank : x.ticks()) {
      vertical(page, x.at(rank), Integer.toString(rank));
      horizontal(page, y.at(rank), Integer.toString(rank));
    }
    vertical(page, RIGHT, ">" + depth);
    horizontal(page, BOTTOM, ">" + depth);
    page.shape(
        "line", "class", "diagonal", "x1", n(LEFT), "y1", n(TOP), "x2", n(RIGHT), "y2", n(BOTTOM));
    page.element("text", "rank without", "x", n(RIGHT), "y", n(BOTTOM + 36), "class", "tick end");
    page.element("text", "rank with", "x", n(LEFT - 46), "y", n(TOP - 24), "class", "tick start");
    page.element("text", "better", "x", n(RIGHT - 6), "y", n(TOP + 18), "class", "name end rose");
    page.element("text", "worse", "x", n(LEFT + 8), "y", n(BOTTOM - 40), "class", "name fell");
  }

  private static void vertical(Markup page, double x, String label) {
    page.shape("line", "class", "grid", "x1", n(x), "x2", n(x), "y1", n(TOP), "y2", n(BOTTOM));
    page.element("text", label, "x", n(x), "y", n(BOTTOM + 18), "class", "tick middle");
  }

  private static void horizontal(Markup page, double y, String label) {
    page.shape("line", "class", "grid", "x1", n(LEFT), "x2", n(RIGHT), "y1", n(y), "y2", n(y));
    page.element("text", label, "x", n(LEFT - 18), "y", n(y + 3.5), "class", "tick end");
  }

  private static Map<Pair, Integer> pairs(List<RankChange> changes, int depth) {
    Map<Pair, Integer> pairs = new TreeMap<>();
    for (RankChange change : changes) {
      Pair pair = new Pair(change.before().orElse(depth + 1), change.after().orElse(depth + 1));
      pairs.merge(pair, 1, Integer::sum);
    }
    return pairs;
  }

  private static double radius(int count, int all) {
    return Math.max(LEAST_RADIUS, MOST_RADIUS * Math.sqrt((double) count / all));
  }

  private static String title(Pair pair, int count, int depth) {
    return rank(pair.before(), depth)
        + " → "
        + rank(pair.after(), depth)
        + ": "
        + count
        + (count == 1 ? " query" : " queries");
  }

  private static String rank(int rank, int depth) {
    return Figures.rank(rank > depth ? OptionalInt.empty() : OptionalInt.of(rank), depth);
  }

  private static String n(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
