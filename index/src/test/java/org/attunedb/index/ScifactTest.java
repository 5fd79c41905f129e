package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.Test;

/** Retrieval quality on SciFact (Wadden et al., EMNLP 2020), where the data is at hand. */
class ScifactTest extends StoreTest {
  private static final String VARIABLE = "ATTUNE_DATA";

  @Test
  void search_scifact_reachesTheKnownQuality() throws IOException {
    Beir scifact = Beir.read(data(), "test");
    VectorCollection collection = attune.createCollection("scifact", CollectionSpec.lexical());
    collection.upsert(scifact.corpus());

    RecallReport report =
        collection
            .deepMemory()
            .evaluate(
                EvaluationRequest.of(
                        LabelledQueries.ofTexts(scifact.queries(), scifact.relevance()))
                    .withModes(SearchMode.values()));

    report.rows().stream()
        .filter(row -> row.subset() == Subset.ALL)
        .forEach(row -> System.out.println("scifact " + row.mode() + " " + row.values()));
    assertThat(report.queries()).isEqualTo(300);
    assertAtLeast(0.66, report, SearchMode.KEYWORD, Metric.ndcg(10));
    assertAtLeast(0.74, report, SearchMode.VECTOR, Metric.recall(10));
    assertAtLeast(0.60, report, SearchMode.VECTOR, Metric.ndcg(10));
  }

  private static Path data() {
    String data = System.getenv(VARIABLE);
    if (data == null) {
      System.out.println("ScifactTest skipped: " + VARIABLE + " is not set to a data folder");
    }
    assumeTrue(data != null, VARIABLE + " is not set to a data folder");
    Path scifact = Path.of(String.valueOf(data), "beir", "scifact");
    assertThat(Files.isDirectory(scifact)).as(scifact.toString()).isTrue();
    return scifact;
  }

  private static void assertAtLeast(
      double least, RecallReport report, SearchMode mode, Metric metric) {
    assertThat(report.value(mode, false, Subset.ALL, metric).orElseThrow())
        .as("%s %s", mode, metric)
        .isGreaterThanOrEqualTo(least);
  }
}
