package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Curves, ratios and the page that draws them. */
class RecallCurveTest {
  static AnnResult result(String engine, double recall, double p50) {
    return result(engine, recall, p50, Map.of("k", 10));
  }

  static AnnResult result(
      String engine, double recall, double p50, Map<String, Object> parameters) {
    return new AnnResult(
        engine,
        1_000,
        16,
        parameters,
        new AnnResult.Build(
            1.5, OptionalDouble.of(2.25), OptionalLong.of(1 << 20), OptionalLong.empty()),
        OptionalLong.of(5 << 20),
        recall,
        new SearchTiming(1e6 / p50, p50, 2 * p50));
  }

  @Test
  void p50At_betweenSettings_isInterpolatedByLogarithm() {
    RecallCurve curve =
        RecallCurve.of(
            List.of(result("a", 0.98, 400), result("a", 0.90, 100), result("a", 0.94, 500)));

    assertThat(curve.points()).extracting(RecallCurve.Point::recall).containsExactly(0.90, 0.98);
    assertThat(curve.p50At(0.94).orElseThrow()).isCloseTo(200, within(1e-9));
    assertThat(curve.p50At(0.98).orElseThrow()).isCloseTo(400, within(1e-9));
    assertThat(curve.p50At(0.5)).hasValue(100);
    assertThat(curve.p50At(0.99)).isEmpty();
    assertThat(RecallCurve.of(List.of()).p50At(0.5)).isEmpty();
  }

  private static final List<AnnResult> RESULTS =
      List.of(
          result("attune_float32", 0.90, 100),
          result("attune_float32", 1.0, 400),
          result("hnswlib_cpp", 0.95, 50),
          result("faiss & <co>", 0.97, 300));

  @Test
  void ratios_atEqualRecall_areOursDividedByTheirs() {
    List<PeerRatios.Ratio> ratios = PeerRatios.of(RESULTS);

    assertThat(ratios)
        .extracting(ratio -> ratio.peer() + " " + ratio.recall())
        .containsExactly(
            "hnswlib_cpp 0.95", "hnswlib_cpp 0.99", "faiss & <co> 0.95", "faiss & <co> 0.99");
    // Half the way from 100 to 400 by logarithm is 200.
    assertThat(ratios.get(0).value().orElseThrow()).isCloseTo(4, within(1e-9));
    assertThat(ratios.get(1).value()).isEmpty();
    assertThat(ratios.get(2).value().orElseThrow()).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(ratios.get(1).toJson().toString())
        .isEqualTo(
            "{\"engine\":\"attune_float32\",\"peer\":\"hnswlib_cpp\",\"recall\":0.99,"
                + "\"engine_p50_us\":348.2202,\"peer_p50_us\":null,\"ratio\":null}");
    assertThat(PeerRatios.table(ratios)).contains("hnswlib_cpp  |   0.95 |         200.0 |");
    assertThat(PeerRatios.table(List.of())).isEmpty();
  }

  @Test
  void json_result_isReadBackTheSame() {
    AnnResult result = RESULTS.getFirst();
    String json = result.toJson().toString();

    assertThat(json)
        .isEqualTo(
            "{\"engine\":\"attune_float32\",\"n\":1000,\"d\":16,\"parameters\":{\"k\":10},"
                + "\"build_s\":1.5,\"build_cpu_s\":2.25,\"disk_bytes\":1048576,\"heap_bytes\":null,"
                + "\"rss_bytes\":5242880,\"recall\":0.9,\"qps\":10000.0,\"p50_us\":100.0,"
                + "\"p99_us\":200.0}");
    assertThat(AnnResult.ofJson(StrictJson.readObject(json, "line"), "line")).isEqualTo(result);
  }

  @Test
  void page_results_isWellFormedAndShowsEveryEngineAndPoint() throws Exception {
    String page = RecallPlotPage.of(RESULTS, PeerRatios.of(RESULTS));

    assertThat(page).startsWith("<!DOCTYPE html>").doesNotContain("href", "src=");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page)));
    assertThat(texts(document, "h1"))
        .containsExactly("Recall@10 against speed: 1,000 vectors of 16 dimensions");
    assertThat(texts(document, "text"))
        .contains("attune_float32", "hnswlib_cpp", "faiss & <co>", "0.95", "10,000", "recall");
    assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(3);
    NodeList points = document.getElementsByTagName("circle");
    assertThat(points.getLength()).isEqualTo(4);
    // The faster of Attune's points lies higher, that is, at a smaller y, and further left.
    assertThat(number(points, 0, "cy")).isLessThan(number(points, 1, "cy"));
    assertThat(number(points, 0, "cx")).isLessThan(number(points, 1, "cx"));
    assertThat(texts(document, "td")).contains("4.00", "0.67", "-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "fr-FR", "ar-EG-u-nu-arab"})
  void page_localeWithNumbersOfItsOwn_isTheSame(String locale) {
    Locale before = Locale.getDefault();
    String expected = RecallPlotPage.of(RESULTS, PeerRatios.of(RESULTS));
    try {
      Locale.setDefault(Locale.forLanguageTag(locale));
      assertThat(RecallPlotPage.of(RESULTS, PeerRatios.of(RESULTS))).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static double number(NodeList nodes, int index, String attribute) {
    return Double.parseDouble(((Element) nodes.item(index)).getAttribute(attribute));
  }

  private static List<String> texts(Document document, String tag) {
    NodeList nodes = document.getElementsByTagName(tag);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void filterTable_results_comparesTheChoiceWithTheBetterAndWithLucene() {
    Map<String, Object> auto = Map.of("plan", "auto", "filter_selectivity", 0.1);
    Map<String, Object> exact = Map.of("plan", "exact", "filter_selectivity", 0.1);
    Map<String, Object> graph = Map.of("plan", "graph", "ef", 64, "filter_selectivity", 0.1);
    List<AnnResult> results =
        List.of(
            result("attune_float32", 1, 120, auto),
            result("attune_float32", 1, 200, exact),
            result("attune_float32", 0.5, 10, graph),
            result("attune_float32", 0.99, 100, graph),
            result("lucene", 0.99, 360, graph));

    assertThat(FilterTable.of(results).lines().toList().getLast().split("[ |]+"))
        .containsExactly(
            "attune_float32", "0.1", "1.0000", "120.0", "200.0", "100.0", "1.20", "360.0", "3.00");
    assertThat(FilterTable.of(RESULTS)).isEmpty();
  }
}
