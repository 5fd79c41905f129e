package org.attunedb.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillCampaignTest {
  private static final int CYCLES = 25;

  @Test
  void kill_25Cycles_losesAndResurrectsNothing(@TempDir Path folder)
      throws IOException, InterruptedException {
    KillCampaign campaign = new KillCampaign(folder, 7);
    List<KillCampaign.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < CYCLES; i++) {
      outcomes.add(campaign.run(i));
    }

    assertThat(outcomes)
        .allSatisfy(
            outcome -> {
              assertThat(outcome.damage()).as(outcome.toString()).isNull();
              assertThat(outcome.acknowledged()).isPositive();
            });
  }
}
