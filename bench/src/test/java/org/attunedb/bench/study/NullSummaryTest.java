package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.junit.jupiter.api.Test;

class NullSummaryTest {
  @Test
  void of_fewPublished_isNotRefuted() {
    NullSummary summary = NullSummary.of(runs(16, 200), 300);

    assertThat(summary.share()).isEqualTo(0.08);
    assertThat(summary.interval().low()).isLessThan(0.05);
    assertThat(summary.refuted()).as("8 % may be 5 % and bad luck").isFalse();
    assertThat(summary.outcomes()).isEqualTo(Map.of("published", 16, "no_improvement", 184));
    assertThat(summary.secondsPerRun()).isEqualTo(2.5);
  }

  @Test
  void of_manyPublished_isRefuted() {
    NullSummary summary = NullSummary.of(runs(20, 200), 300);

    assertThat(summary.interval().low()).isGreaterThan(0.05);
    assertThat(summary.refuted()).isTrue();
  }

  private static List<NullStudy.Run> runs(int published, int all) {
    List<NullStudy.Run> runs = new ArrayList<>();
    for (int run = 0; run < all; run++) {
      Outcome outcome = run < published ? Outcome.PUBLISHED : Outcome.NO_IMPROVEMENT;
      runs.add(new NullStudy.Run(run, new GateDecision(outcome, "", Map.of()), 2.5));
    }
    return runs;
  }
}
