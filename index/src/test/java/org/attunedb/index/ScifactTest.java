package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchTuning;
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
        .filter(row -> row.subset() == Subset.ALL && !row.adapter())
        .forEach(row -> System.out.println("scifact " + row.mode() + " " + row.values()));
    assertThat(report.queries()).isEqualTo(300);
    assertAtLeast(0.66, report, SearchMode.KEYWORD, Metric.ndcg(10));
    // The graph finds less than there is: the embedder is measured by the scan.
    double recall = scanned(collection, scifact, Metric.recall(10));
    assertThat(recall).isGreaterThanOrEqualTo(0.76);
    assertThat(scanned(collection, scifact, Metric.ndcg(10))).isGreaterThanOrEqualTo(0.60);
    assertAtLeast(recall - 0.025, report, SearchMode.VECTOR, Metric.recall(10));
    assertAtLeast(0.60, report, SearchMode.VECTOR, Metric.ndcg(10));
  }

  private static double scanned(VectorCollection collection, Beir data, Metric metric) {
    double sum = 0;
    for (int q = 0; q < data.queries().size(); q++) {
      SearchRequest request =
          SearchRequest.text(data.queries().get(q))
              .tuning(SearchTuning.exactScan())
              .withDocuments(false)
              .build();
      sum += metric.of(collection.search(request).ids(), Relevance.of(data.relevance().get(q)));
    }
    return sum / data.queries().size();
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
