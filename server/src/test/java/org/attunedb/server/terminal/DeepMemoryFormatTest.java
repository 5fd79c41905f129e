package org.attunedb.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.attunedb.core.evaluation.EvaluatedQuery;
import org.attunedb.core.evaluation.Evaluation;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.core.search.SearchMode;
import org.attunedb.server.terminal.JobStatusView.Status;
import org.junit.jupiter.api.Test;

class DeepMemoryFormatTest {
  @Test
  void statusBox_completedJob_isTheTutorialsBox() {
    String recall = DeepMemoryFormat.recallLine(0.79, 0.34);
    JobStatusView job =
        new JobStatusView(
            "6538e02ecda4691033a51c5b",
            Status.COMPLETED,
            List.of(DeepMemoryFormat.etaLine(Duration.ofMillis(1_400)), recall),
            List.of(recall));

    assertThat(DeepMemoryFormat.statusBox(job))
        .isEqualTo(
            """
            --------------------------------------------------------------
            |                  6538e02ecda4691033a51c5b                  |
            --------------------------------------------------------------
            | status                     | completed                     |
            --------------------------------------------------------------
            | progress                   | eta: 1.4 seconds              |
            |                            | recall@10: 79.00% (+34.00%)   |
            --------------------------------------------------------------
            | results                    | recall@10: 79.00% (+34.00%)   |
            --------------------------------------------------------------
            """);
  }

  @Test
  void statusBox_pendingJob_hasNoResultsYet() {
    JobStatusView job = new JobStatusView("j1", Status.PENDING, List.of(), List.of());

    assertThat(DeepMemoryFormat.statusBox(job))
        .contains("| status                     | pending                       |")
        .contains("| progress                   |                               |")
        .contains("| results                    | not available yet             |");
  }

  @Test
  void statusBox_longReason_isWrappedWithinItsCell() {
    JobStatusView job =
        new JobStatusView(
            "x".repeat(80),
            Status.FAILED,
            List.of("the embedding endpoint answered 500 at https://localhost:1/v1/embeddings"),
            List.of(DeepMemoryFormat.noImprovementLine("the gain of 0.2 points may be chance")));

    String box = DeepMemoryFormat.statusBox(job);

    assertThat(box.lines()).allMatch(line -> line.length() == 62);
    assertThat(box)
        .contains("| results                    | no improvement: the gain of   |")
        .contains("|                            | 0.2 points may be chance      |");
  }

  @Test
  void recallLine_loss_hasAMinus() {
    assertThat(DeepMemoryFormat.recallLine(0.5, -0.0125)).isEqualTo("recall@10: 50.00% (-1.25%)");
    assertThat(DeepMemoryFormat.recallLine(0.5, -0.0)).isEqualTo("recall@10: 50.00% (+0.00%)");
  }

  @Test
  void evaluation_bothWaysToSearch_isTheTutorialsText() {
    assertThat(DeepMemoryFormat.evaluation(report(), SearchMode.VECTOR, Subset.ALL))
        .isEqualTo(
            """
            Embedding queries took 0.81 seconds
            ---- Evaluating without model ----
            Recall@1:\t  0.0%
            Recall@3:\t  50.0%
            Recall@5:\t  50.0%
            Recall@10:\t  50.0%
            Recall@50:\t  50.0%
            Recall@100:\t  50.0%
            ---- Evaluating with model ----
            Recall@1:\t  100.0%
            Recall@3:\t  100.0%
            Recall@5:\t  100.0%
            Recall@10:\t  100.0%
            Recall@50:\t  100.0%
            Recall@100:\t  100.0%
            """);
  }

  @Test
  void evaluation_modeThatWasNotMeasured_isLeftOut() {
    assertThat(DeepMemoryFormat.evaluation(report(), SearchMode.HYBRID, Subset.ALL))
        .isEqualTo("Embedding queries took 0.81 seconds\n");
  }

  @Test
  void sideBySide_seenAndUnseen_areShownApart() {
    String text = DeepMemoryFormat.sideBySide(report(), SearchMode.VECTOR);

    assertThat(text)
        .contains("all queries (2)\n", "seen queries (2)\n", "unseen queries (0)\nnone\n")
        .contains(
            "metric     | without |   with |  delta |    95 % interval | up | down | sign test\n")
        .contains(
            "recall@1   |    0.0% | 100.0% | +100.0 | +100.0 .. +100.0 |  2 |    0 |  p = 0.50\n")
        .contains("ndcg@10    |   31.5% | 100.0% |");
    assertThat(text.lines().skip(3).limit(7).map(line -> line.split(" ")[0]))
        .containsExactly(
            "recall@1", "recall@3", "recall@5", "recall@10", "recall@50", "recall@100", "ndcg@10");
  }

  private static RecallReport report() {
    List<Metric> metrics =
        List.of(
            Metric.ndcg(10),
            Metric.recall(100),
            Metric.recall(1),
            Metric.recall(3),
            Metric.recall(5),
            Metric.recall(10),
            Metric.recall(50));
    List<EvaluatedQuery> queries =
        List.of(
            EvaluatedQuery.of("first", Relevance.of(Map.of("a", 1.0)), true),
            EvaluatedQuery.of("second", Relevance.of(Map.of("b", 1.0)), true));
    Evaluation evaluation = new Evaluation(queries, metrics, ReportSettings.defaults(), 1);
    evaluation.add(SearchMode.VECTOR, false, List.of(List.of("x", "a"), List.of("x")));
    evaluation.add(SearchMode.VECTOR, true, List.of(List.of("a"), List.of("b")));
    return evaluation.report(Duration.ofMillis(810));
  }
}
