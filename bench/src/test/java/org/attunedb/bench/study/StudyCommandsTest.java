package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.bench.Cli;
import org.attunedb.bench.recall.BeirFolder;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a small collection, with real trainings. */
class StudyCommandsTest {
  private static final List<String> METRICS = List.of("recall@1", "recall@10", "ndcg@10");

  @TempDir private Path temp;
  private Path stores = Path.of("");
  private String tmpdir = "";

  @BeforeEach
  void redirectTemporaryFolders() throws IOException {
    tmpdir = System.getProperty("java.io.tmpdir");
    stores = Files.createDirectories(temp.resolve("stores"));
    System.setProperty("java.io.tmpdir", stores.toString());
  }

  @AfterEach
  void nothingIsLeftBehind() {
    System.setProperty("java.io.tmpdir", tmpdir);
    assertThat(stores).isEmptyDirectory();
  }

  @Test
  void curve_twoSizes_writesEachDrawAndThenEachPoint() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("mismatch"));

    Cli run = bench(folder, "curve", "--sizes", "10,400,all", "--draws", "1", "--output", "json");

    List<ObjectNode> lines = lines(run);
    assertThat(run.err())
        .contains("left out: sizes [400], there are 100 queries", "measuring 100%");
    assertThat(lines).hasSize(2 * 2 * 6);
    List<ObjectNode> draws = lines.subList(0, 12);
    List<ObjectNode> points = lines.subList(12, 24);
    assertThat(draws).allMatch(line -> line.path("kind").textValue().equals("draw"));
    assertThat(points).allMatch(line -> line.path("kind").textValue().equals("point"));
    assertThat(draws.stream().map(line -> line.path("labels").intValue() + text(line, "method")))
        .startsWith("10attune", "10attune", "10in-batch softmax", "10triplet, validated")
        .endsWith("100triplet", "100NUDGE-N");
    for (int i = 0; i < 12; i++) {
      ObjectNode draw = draws.get(i);
      for (String metric : METRICS) {
        JsonNode figures = draw.path(metric);
        double gain = number(figures, "gain");
        assertThat(gain)
            .isCloseTo(number(figures, "value") - number(figures, "base"), within(1e-9));
        assertThat(number(points.get(i).path(metric), "gain")).isCloseTo(gain, within(1e-9));
        assertThat(number(points.get(i).path(metric), "low")).isLessThanOrEqualTo(gain + 1e-9);
        assertThat(number(points.get(i).path(metric), "high")).isGreaterThanOrEqualTo(gain - 1e-9);
      }
      if (text(draw, "mode").equals("VECTOR")) {
        assertThat(number(draw.path("recall@10"), "base"))
            .as("exact search over the captured vectors is Attune's")
            .isEqualTo(number(draws.getFirst().path("recall@10"), "base"));
      }
    }
    ObjectNode tooFew = draws.getFirst();
    assertThat(tooFew.path("applied").booleanValue()).as("10 labels are too few").isFalse();
    assertThat(number(tooFew.path("recall@10"), "gain")).isZero();
    ObjectNode learned = draws.get(6);
    assertThat(text(learned, "method")).isEqualTo("attune");
    assertThat(learned.path("applied").booleanValue()).as(learned.toString()).isTrue();
    assertThat(number(learned.path("recall@10"), "gain")).isGreaterThan(0.1);
  }

  @Test
  void curve_table_hasARowForEachMethod() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("mismatch"));

    Cli run = bench(folder, "curve", "--sizes", "5", "--draws", "2");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("labels | mode ")
        .containsPattern("5 \\| VECTOR \\| attune +\\| +2 \\| +0 \\| +0 \\| +\\+0\\.000 \\|")
        .containsPattern("5 \\| VECTOR \\| NUDGE-N +\\| +2 \\| +2 \\|")
        .doesNotContain("NaN", "{");
  }

  @Test
  void nullStudy_shuffledLabels_writesEachRunAndTheShare() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("mismatch"));

    Cli run = bench(folder, "null", "--runs", "2", "--labels", "40", "--output", "json");

    List<ObjectNode> lines = lines(run);
    assertThat(lines).hasSize(3);
    long published =
        lines.stream().limit(2).filter(line -> line.path("published").booleanValue()).count();
    ObjectNode summary = lines.getLast();
    assertThat(text(summary, "kind")).isEqualTo("summary");
    assertThat(summary.path("runs").intValue()).isEqualTo(2);
    assertThat(summary.path("labels").intValue()).isEqualTo(40);
    assertThat(summary.path("published").longValue()).isEqualTo(published);
    assertThat(number(summary, "share")).isEqualTo(published / 2.0);
    assertThat(number(summary, "secondsPerRun")).isPositive();
    assertThat(number(summary, "high")).isGreaterThan(0.5);
  }

  @Test
  void nullStudy_moreLabelsThanThereAre_takesAll() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("few"));
    folder.keepTraining(20);

    Cli run = bench(folder, "null", "--runs", "1");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("runs of 20 labels +\\| +1")
        .containsPattern("too_few_labels +\\| +1")
        .containsPattern("share published +\\| +0\\.0 %")
        .containsPattern("exact 95 % interval +\\| +0\\.0 % \\.\\. 97\\.5 %");
  }

  @Test
  void ablation_publishedAdapter_measuresEveryVariantAndRank() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("mismatch"));

    Cli run = bench(folder, "ablation", "--ranks", "8", "--seed", "1", "--output", "json");

    List<ObjectNode> lines = lines(run);
    ObjectNode verdict = lines.getLast();
    assertThat(text(verdict, "outcome")).isEqualTo("published");
    assertThat(verdict.path("profiles")).hasSize(2);
    assertThat(verdict.path("ranks").path(0).path("rank").intValue()).isEqualTo(8);
    List<ObjectNode> rows = lines.subList(0, lines.size() - 1);
    for (Variant variant : Variant.values()) {
      assertThat(rows.stream().filter(row -> text(row, "variant").equals(variant.label())))
          .as(variant.label())
          .hasSize(2 * 3);
    }
    for (ObjectNode row : rows) {
      for (String metric : METRICS) {
        if (text(row, "variant").equals("none")) {
          assertThat(number(row.path(metric).path("toBase"), "gain")).isZero();
        }
        if (text(row, "variant").equals("full")) {
          assertThat(number(row.path(metric).path("toFull"), "gain")).isZero();
        }
      }
    }
    assertThat(recall(rows, "full", "seen")).isGreaterThan(recall(rows, "none", "seen") + 0.3);
    assertThat(recall(rows, "keyword weight only", "seen")).isEqualTo(recall(rows, "none", "seen"));
  }

  @Test
  void ablation_nothingPublished_saysSo() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("few"));
    folder.keepTraining(10);

    Cli run = bench(folder, "ablation");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("too few labels: 10 usable labelled queries")
        .contains("VECTOR, all, 40 queries")
        .doesNotContain("full  ", "NaN");
  }

  @Test
  void studies_wrongInput_isRefusedWithOneLine() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("fine"));

    assertRefused(bench(folder, "curve", "--sizes", "ten"), "--sizes has 'ten'");
    assertRefused(bench(folder, "curve", "--sizes", "0"), "--sizes is 0, expected 1 to");
    assertRefused(bench(folder, "curve", "--sizes", "101"), "up to the 100 training queries");
    assertRefused(bench(folder, "curve", "--draws", "0"), "--draws is 0, expected 1 to 1000");
    assertRefused(bench(folder, "null", "--runs", "0"), "--runs is 0");
    assertRefused(bench(folder, "null", "--labels", "1"), "--labels is 1, expected 2 to");
    assertRefused(bench(folder, "ablation", "--ranks", "16,x"), "--ranks has 'x'");
    assertRefused(bench(folder, "ablation", "--ranks", "513"), "--ranks is 513, expected 1 to 512");
    assertRefused(bench(folder, "ablation", "--output", "xml"), "--output");
    assertRefused(Cli.run("bench", "curve"), "--beir");
    folder.keepTraining(0);
    for (String study : List.of("curve", "null", "ablation")) {
      assertRefused(bench(folder, study), "fine: there are no training judgments");
    }
  }

  private static double recall(List<ObjectNode> rows, String variant, String subset) {
    return rows.stream()
        .filter(row -> text(row, "variant").equals(variant))
        .filter(row -> text(row, "mode").equals("VECTOR") && text(row, "subset").equals(subset))
        .mapToDouble(row -> number(row.path("recall@10"), "mean"))
        .findFirst()
        .orElseThrow();
  }

  private static Cli bench(BeirFolder folder, String study, String... options) {
    List<String> args =
        new ArrayList<>(List.of("bench", study, "--beir", folder.path().toString()));
    args.addAll(List.of(options));
    return Cli.run(args.toArray(String[]::new));
  }

  private static List<ObjectNode> lines(Cli run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).endsWith("}\n").doesNotContain("NaN", "Infinity");
    return run.out().lines().map(line -> StrictJson.readObject(line, "stdout")).toList();
  }

  private static String text(JsonNode object, String member) {
    assertThat(object.path(member).isTextual()).as(member + " of " + object).isTrue();
    return object.path(member).textValue();
  }

  private static double number(JsonNode object, String member) {
    assertThat(object.path(member).isNumber()).as(member + " of " + object).isTrue();
    return object.path(member).doubleValue();
  }

  private static void assertRefused(Cli run, String problem) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("attune: ")).toList())
        .singleElement()
        .asString()
        .contains(problem);
  }
}
