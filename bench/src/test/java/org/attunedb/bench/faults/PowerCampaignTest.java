package org.attunedb.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.attunedb.index.Durability;
import org.junit.jupiter.api.Test;

class PowerCampaignTest {
  @Test
  void power_sync_losesNoAcknowledgedWrite() {
    Set<IoKind> cut = EnumSet.noneOf(IoKind.class);

    assertThat(violations(Durability.sync(), 60, cut)).isEmpty();
    // A campaign that never cuts these would show nothing.
    assertThat(cut).contains(IoKind.WRITE, IoKind.FORCE, IoKind.CREATE, IoKind.FORCE_DIRECTORY);
  }

  @Test
  void power_interval_losesASuffixOnly() {
    assertThat(
            violations(Durability.interval(Duration.ofMillis(2)), 20, EnumSet.noneOf(IoKind.class)))
        .isEmpty();
  }

  @Test
  void power_manual_losesASuffixOnly() {
    assertThat(violations(Durability.manual(), 20, EnumSet.noneOf(IoKind.class))).isEmpty();
  }

  private static List<PowerCampaign.Outcome> violations(
      Durability durability, int seeds, Set<IoKind> cut) {
    PowerCampaign campaign = new PowerCampaign(durability, UnaryOperator.identity());
    List<PowerCampaign.Outcome> violations = new ArrayList<>();
    for (long seed = 0; seed < seeds; seed++) {
      PowerCampaign.Outcome outcome = campaign.run(seed);
      if (outcome.cut() != null) {
        cut.add(outcome.cut());
      }
      if (outcome.violation() != null) {
        violations.add(outcome);
      }
    }
    return violations;
  }
}
