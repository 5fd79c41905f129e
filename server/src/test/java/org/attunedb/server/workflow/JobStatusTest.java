package org.attunedb.server.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.junit.jupiter.api.Test;

class JobStatusTest {
  private static final Map<String, Double> METRICS =
      Map.of(
          "recall@10", 0.79,
          "delta_recall@10", 0.34,
          "hybrid_recall@10", 0.9,
          "hybrid_delta_recall@10", 0.05);

  private static GateDecision published(Map<String, Double> more) {
    Map<String, Double> metrics = new HashMap<>(METRICS);
    metrics.putAll(more);
    return new GateDecision(Outcome.PUBLISHED, "better", metrics);
  }

  @Test
  void result_vectorSearchIsBetter_isItsRecall() {
    String recall = "recall@10: 79.00% (+34.00%)";

    assertThat(JobStatus.result(published(Map.of("better", 1.0, "hybrid_better", 0.0))))
        .containsExactly(recall);
    assertThat(JobStatus.result(published(Map.of("better", 1.0, "hybrid_better", 1.0))))
        .containsExactly(recall);
    // Jobs of earlier releases don't say.
    assertThat(JobStatus.result(published(Map.of()))).containsExactly(recall);
  }

  /** What vector search would have gained says nothing: it leaves the adapter out. */
  @Test
  void result_hybridSearchAloneIsBetter_isThatOnes() {
    assertThat(JobStatus.result(published(Map.of("better", 0.0, "hybrid_better", 1.0))))
        .containsExactly("recall@10: 90.00% (+5.00%)", "in hybrid search alone");
  }

  @Test
  void result_notPublished_isTheReason() {
    assertThat(JobStatus.result(new GateDecision(Outcome.NO_IMPROVEMENT, "why", METRICS)))
        .containsExactly("no improvement: why");
  }
}
