package org.attunedb.server.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The same report in all its forms. */
class ReportFormsTest {
  private static final Set<String> TAGS =
      Set.of(
          "a",
          "b",
          "bdi",
          "body",
          "circle",
          "div",
          "figcaption",
          "figure",
          "footer",
          "h1",
          "h2",
          "h3",
          "h4",
          "header",
          "li",
          "line",
          "ol",
          "p",
          "polyline",
          "section",
          "span",
          "svg",
          "table",
          "tbody",
          "td",
          "text",
          "th",
          "thead",
          "title",
          "tr");

  @Test
  void json_everyFigure_isThatOfTheReport() {
    EvaluationReport report = Samples.report();
    RecallReport figures = report.figures();

    ObjectNode json = StrictJson.readObject(ReportJson.write(report), "report");

    assertThat(json.get("adapterVersion").asText()).isEqualTo("v1");
    assertThat(json.get("untouchedModes")).isEmpty();
    assertThat(json.get("queries").asInt()).isEqualTo(6);
    assertThat(json.get("results")).hasSize(figures.rows().size());
    for (JsonNode row : json.get("results")) {
      assertThat(row.get("recall@10").asDouble())
          .isEqualTo(
              figures
                  .value(
                      SearchMode.valueOf(row.get("mode").asText()),
                      row.get("adapter").asBoolean(),
                      Subset.valueOf(row.get("subset").asText().toUpperCase(Locale.ROOT)),
                      Metric.recall(10))
                  .orElseThrow());
    }
    assertThat(json.get("deltas")).hasSize(9);
    assertThat(json.get("curves").get(0).get("recall")).hasSize(10);
    assertThat(json.get("rankChanges")).hasSize(6);
    assertThat(json.get("rankChanges").get(5).get("text").isNull()).isTrue();
    assertThat(json.get("movers")).hasSize(figures.movers().size());
    JsonNode cost = json.get("costs").get(0);
    assertThat(cost.get("k").asInt()).isEqualTo(3);
    assertThat(cost.get("equal").get("moneyPerThousandQueries").asDouble())
        .isEqualTo(cost.get("equal").get("saved").asDouble() * 2.5 / 1000);
  }

  @Test
  void json_hostileTexts_comeBackAsTheyWere() {
    ObjectNode json = StrictJson.readObject(ReportJson.write(Samples.hostile()), "report");

    assertThat(json.get("rankChanges").get(0).get("text").asText())
        .isEqualTo(Samples.HOSTILE + "0");
  }

  @Test
  void page_anyReport_isWellFormedAndSelfContained() throws Exception {
    for (EvaluationReport report :
        List.of(Samples.report(), Samples.hostile(), Samples.withoutAdapter())) {
      String page = HtmlReport.write(report);

      assertThat(tags(body(page))).isSubsetOf(TAGS);
      assertThat(page)
          .doesNotContain("http://", "https://", "url(", "@import", "<script", "<img", "<link")
          .startsWith("<!DOCTYPE html>");
      assertThat(page.split("</style>", -1)).hasSize(2);
    }
  }

  /** As a parser sees it: text stays text, and no attribute can run anything. */
  @Test
  void page_hostileTexts_stayText() throws Exception {
    Element body = body(HtmlReport.write(Samples.hostile()));

    NodeList elements = body.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      var attributes = elements.item(i).getAttributes();
      for (int a = 0; a < attributes.getLength(); a++) {
        assertThat(attributes.item(a).getNodeName()).doesNotStartWith("on").isNotIn("href", "src");
      }
    }
    assertThat(body.getTextContent())
        .contains("</style></svg><script>alert('1')</script>")
        .contains("\uFFFD")
        .doesNotContain("\u001b");
  }

  @Test
  void page_figures_areThoseOfTheReport() throws Exception {
    EvaluationReport report = Samples.report();

    String text = body(HtmlReport.write(report)).getTextContent();

    double without =
        report.figures().value(SearchMode.VECTOR, false, Subset.ALL, Metric.ndcg(10)).orElseThrow();
    assertThat(text).contains("nDCG@10", Figures.share(without), "Fell most", "Rose most");
    assertThat(text).contains("money per 1,000 queries at 2.5");
  }

  /** Each curve is drawn through the recalls of the report. */
  @Test
  void page_curves_passThroughTheRecalls() throws Exception {
    EvaluationReport report = Samples.report();
    List<Double> recall =
        report.figures().curve(SearchMode.VECTOR, true, Subset.ALL).orElseThrow().recall();

    NodeList curves = body(HtmlReport.write(report)).getElementsByTagName("polyline");
    Element adapted =
        IntStream.range(0, curves.getLength())
            .mapToObj(i -> (Element) curves.item(i))
            .filter(curve -> curve.getAttribute("class").contains("adapted"))
            .findFirst()
            .orElseThrow();

    String[] points = adapted.getAttribute("points").split(" ", -1);
    assertThat(points).hasSize(recall.size());
    for (int k = 0; k < points.length; k++) {
      double y = Double.parseDouble(points[k].split(",")[1]);
      assertThat((190 - y) / 178).isCloseTo(recall.get(k), within(0.001));
    }
  }

  @Test
  void markdown_hostileTexts_haveNoMarkupOfTheirOwn() {
    String markdown = MarkdownReport.write(Samples.hostile());

    // Whatever is special stands behind a backslash; the report's own markup is left.
    String unescaped = markdown.replaceAll("\\\\[\\p{Punct}]", "");
    assertThat(unescaped).doesNotContain("<", "`", "[", "&").contains("| recall@10 |");
    assertThat(markdown.lines().filter(line -> line.startsWith("# "))).hasSize(1);
  }

  @Test
  void markdown_tables_haveEquallyManyCells() {
    Pattern cell = Pattern.compile("(?<!\\\\)\\|");
    int columns = 0;
    for (String line : MarkdownReport.write(Samples.report()).lines().toList()) {
      int cells = 0;
      for (Matcher matcher = cell.matcher(line); matcher.find(); ) {
        cells++;
      }
      if (cells > 0 && columns > 0) {
        assertThat(cells).as(line).isEqualTo(columns);
      }
      columns = cells;
    }
  }

  @Test
  void text_report_beginsWithTheTutorialsBlocks() {
    String text = TextReport.write(Samples.report());

    assertThat(text)
        .contains("Embedding queries took 0.81 seconds\n---- Evaluating without model ----\n")
        .contains("queries that fell most", "queries that rose most", "The same recall from fewer")
        .contains("Keyword search");
  }

  @Test
  void forms_noAdapter_sayThatNoneIsActive() {
    EvaluationReport report = Samples.withoutAdapter();

    assertThat(TextReport.write(report)).contains("No adapter is active");
    assertThat(MarkdownReport.write(report)).contains("No adapter is active");
    assertThat(HtmlReport.write(report)).contains("No adapter is active");
    assertThat(ReportJson.write(report)).contains("\"adapterVersion\" : null");
  }

  @Test
  void figures_signs_areRealMinusesAndZeroHasNone() {
    assertThat(Figures.points(-0.1234)).isEqualTo("−12.3");
    assertThat(Figures.points(0.1)).isEqualTo("+10.0");
    assertThat(Figures.points(-0.0001)).isEqualTo("0.0");
    assertThat(Figures.savedTokens(-1234.4)).isEqualTo("−1,234");
    assertThat(Figures.money(0.001)).isEqualTo("0.00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "fr-FR", "ar-EG-u-nu-arab"})
  void forms_localeWithNumbersOfItsOwn_areTheSame(String locale) {
    List<String> expected = forms();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(locale));
      assertThat(forms()).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  /** The page has the plots, too, which are SVG. */
  private static List<String> forms() {
    EvaluationReport report = Samples.report();
    return List.of(
        TextReport.write(report),
        MarkdownReport.write(report),
        HtmlReport.write(report),
        ReportJson.write(report));
  }

  private static Element body(String page) throws Exception {
    String body = page.substring(page.indexOf("<body"), page.indexOf("</html>"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)))
        .getDocumentElement();
  }

  private static Set<String> tags(Element body) {
    Set<String> tags = new TreeSet<>();
    NodeList elements = body.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      tags.add(elements.item(i).getNodeName());
    }
    return tags;
  }
}
