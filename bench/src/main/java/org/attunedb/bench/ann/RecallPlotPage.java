package org.attunedb.bench.ann;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.attunedb.bench.ann.RecallCurve.Point;

/**
 * A page that needs nothing besides itself: recall against searches a second as an SVG drawing, one
 * line for each engine, and the ratios as a table. Not thread-safe.
 */
final class RecallPlotPage {
  private static final double LEFT = 70;
  private static final double RIGHT = 700;
  private static final double TOP = 20;
  private static final double BOTTOM = 500;
  private static final double LEGEND = 720;
  private static final double LEGEND_STEP = 22;
  private static final int HIGHEST_POWER = 7;

  /** Attune's lines are thick and red; the others are told apart by colour and by dashes. */
  private static final List<String> OURS =
      List.of("#c1121f", "#f4650c", "#8f0f5b", "#d99a00", "#e0529c");

  private static final List<String> OTHERS =
      List.of("#1f5fa8", "#2a8f5f", "#6b4fb3", "#4a4a4a", "#0a9fb5", "#7a5c2e", "#8a9a1c");

  private static final List<String> DASHES = List.of("none", "7 4", "2 3");

  private static final String STYLE =
      """
      body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; color: #222; background: #fff }
      svg { width: 100%; height: auto }
      svg text { font-size: 13px; fill: #333 }
      .middle { text-anchor: middle } .end { text-anchor: end }
      .grid { stroke: #ddd } .axis { stroke: #555 }
      .line { fill: none; stroke-width: 1.7 } .ours { stroke-width: 3.2 }
      table { border-collapse: collapse; margin-top: 1rem }
      th, td { padding: .2rem .8rem; border-bottom: 1px solid #ddd; text-align: left }
      td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
      """;

  private final XMLStreamWriter xml;
  private final Map<String, RecallCurve> curves;
  private final RecallScale x;
  private final double lowest;
  private final double highest;

  private RecallPlotPage(XMLStreamWriter xml, Map<String, RecallCurve> curves) {
    this.xml = xml;
    this.curves = curves;
    List<Point> points = curves.values().stream().flatMap(c -> c.points().stream()).toList();
    double least = points.stream().mapToDouble(Point::recall).min().orElse(0.5);
    this.x = new RecallScale(Math.clamp(Math.floor(least * 20) / 20, 0, 0.95), LEFT, RIGHT);
    this.lowest = points.stream().mapToDouble(Point::qps).min().orElse(1) / 1.3;
    this.highest = points.stream().mapToDouble(Point::qps).max().orElse(10) * 1.3;
  }

  /** The page as text. */
  static String of(List<AnnResult> results, List<PeerRatios.Ratio> ratios) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      new RecallPlotPage(xml, PeerRatios.curves(results, RecallCurve::ofThroughput))
          .write(title(results), ratios);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return text.toString();
  }

  private static String title(List<AnnResult> results) {
    if (results.isEmpty()) {
      return "Recall against speed";
    }
    AnnResult first = results.getFirst();
    return String.format(
        Locale.ROOT,
        "Recall@%s against speed: %,d vectors of %d dimensions",
        first.parameter("k"),
        first.n(),
        first.d());
  }

  private void write(String title, List<PeerRatios.Ratio> ratios) throws XMLStreamException {
    xml.writeDTD("<!DOCTYPE html>");
    open("html", "lang", "en");
    open("head");
    empty("meta", "charset", "utf-8");
    element("title", title);
    element("style", STYLE);
    xml.writeEndElement();
    open("body");
    element("h1", title);
    drawing(title);
    element(
        "p",
        "Up and to the right is better. Both axes are logarithmic, recall by what is missed. Each engine"
            + " ran in a process of its own, one search at a time unless said otherwise.");
    table(ratios);
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private void drawing(String title) throws XMLStreamException {
    open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 900 560",
        "role",
        "img",
        "aria-label",
        title);
    axes();
    int ours = 0;
    int others = 0;
    double legend = TOP + 12;
    for (Map.Entry<String, RecallCurve> engine : curves.entrySet()) {
      boolean own = PeerRatios.isAttune(engine.getKey());
      int number = own ? ours++ : others++;
      List<String> colours = own ? OURS : OTHERS;
      Look look =
          new Look(
              colours.get(number % colours.size()),
              DASHES.get(number / colours.size() % DASHES.size()),
              own ? "line ours" : "line");
      curve(engine.getValue(), look);
      legend(engine.getKey(), look, legend);
      legend += LEGEND_STEP;
    }
    xml.writeEndElement();
  }

  private record Look(String colour, String dash, String style) {}

  private void axes() throws XMLStreamException {
    for (double recall : x.ticks()) {
      line("grid", x.at(recall), TOP, x.at(recall), BOTTOM);
      text(
          recall < 0.99 ? format("%.2f", recall) : format("%.3f", recall),
          x.at(recall),
          BOTTOM + 18,
          "middle");
    }
    text("all but 0.0005", x.at(1), BOTTOM + 18, "middle");
    for (int power = 0; power <= HIGHEST_POWER; power++) {
      for (int digit : new int[] {1, 3}) {
        double qps = digit * Math.pow(10, power);
        if (qps >= lowest && qps <= highest) {
          line("grid", LEFT, y(qps), RIGHT, y(qps));
          text(format("%,.0f", qps), LEFT - 8, y(qps) + 4, "end");
        }
      }
    }
    line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
    line("axis", LEFT, TOP, LEFT, BOTTOM);
    text("recall", (LEFT + RIGHT) / 2, BOTTOM + 42, "middle");
    text("searches a second", LEFT - 50, TOP - 6, "");
  }

  private void curve(RecallCurve curve, Look look) throws XMLStreamException {
    List<String> points = new ArrayList<>();
    for (Point point : curve.points()) {
      points.add(format("%.1f", x.at(point.recall())) + "," + format("%.1f", y(point.qps())));
    }
    empty(
        "polyline",
        "class",
        look.style(),
        "stroke",
        look.colour(),
        "stroke-dasharray",
        look.dash(),
        "points",
        String.join(" ", points));
    for (Point point : curve.points()) {
      open(
          "circle",
          "cx",
          format("%.1f", x.at(point.recall())),
          "cy",
          format("%.1f", y(point.qps())),
          "r",
          "3.4",
          "fill",
          look.colour());
      element(
          "title",
          format("recall %.4f", point.recall()) + format(", p50 %.1f µs", point.p50Micros()));
      xml.writeEndElement();
    }
  }

  private void legend(String engine, Look look, double at) throws XMLStreamException {
    empty(
        "line",
        "class",
        look.style(),
        "stroke",
        look.colour(),
        "stroke-dasharray",
        look.dash(),
        "x1",
        format("%.1f", LEGEND),
        "x2",
        format("%.1f", LEGEND + 34),
        "y1",
        format("%.1f", at),
        "y2",
        format("%.1f", at));
    text(engine, LEGEND + 42, at + 4, "");
  }

  private double y(double qps) {
    double share = Math.log(qps / lowest) / Math.log(highest / lowest);
    return BOTTOM - share * (BOTTOM - TOP);
  }

  private void table(List<PeerRatios.Ratio> ratios) throws XMLStreamException {
    if (ratios.isEmpty()) {
      return;
    }
    element("h2", "Median times at equal recall");
    open("table");
    open("tr");
    for (String head : List.of("engine", "peer")) {
      element("th", head);
    }
    for (String head : List.of("recall", "engine, µs", "peer, µs", "engine / peer")) {
      open("th", "class", "number");
      xml.writeCharacters(head);
      xml.writeEndElement();
    }
    xml.writeEndElement();
    for (PeerRatios.Ratio ratio : ratios) {
      open("tr");
      element("td", ratio.engine());
      element("td", ratio.peer());
      number(format("%.2f", ratio.recall()));
      number(PeerRatios.number("%.1f", ratio.ours()));
      number(PeerRatios.number("%.1f", ratio.theirs()));
      number(PeerRatios.number("%.2f", ratio.value()));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private void number(String content) throws XMLStreamException {
    open("td", "class", "number");
    xml.writeCharacters(content);
    xml.writeEndElement();
  }

  private void line(String style, double x1, double y1, double x2, double y2)
      throws XMLStreamException {
    empty(
        "line",
        "class",
        style,
        "x1",
        format("%.1f", x1),
        "y1",
        format("%.1f", y1),
        "x2",
        format("%.1f", x2),
        "y2",
        format("%.1f", y2));
  }

  private void text(String content, double atX, double atY, String style)
      throws XMLStreamException {
    open("text", "x", format("%.1f", atX), "y", format("%.1f", atY), "class", style);
    xml.writeCharacters(content);
    xml.writeEndElement();
  }

  private void element(String tag, String content) throws XMLStreamException {
    open(tag);
    xml.writeCharacters(content);
    xml.writeEndElement();
  }

  /** Names and values in turn. */
  private void open(String tag, String... attributes) throws XMLStreamException {
    xml.writeStartElement(tag);
    attributes(attributes);
  }

  private void empty(String tag, String... attributes) throws XMLStreamException {
    xml.writeEmptyElement(tag);
    attributes(attributes);
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      xml.writeAttribute(attributes[i], attributes[i + 1]);
    }
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
