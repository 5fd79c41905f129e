package org.attunedb.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HonestyCampaignTest {
  /** Also a mutant whose snippet is no longer in its source fails here. */
  @Test
  void honesty_eachPlantedFault_isNoticed() throws IOException {
    List<HonestyCampaign.Plant> plants =
        new HonestyCampaign(HonestyCampaign.findSources(Path.of(""))).plants();
    List<HonestyCampaign.Outcome> unnoticed = new ArrayList<>();
    for (HonestyCampaign.Plant plant : plants) {
      HonestyCampaign.Outcome outcome = plant.detect();
      if (outcome.caught().isEmpty()) {
        unnoticed.add(outcome);
      }
    }

    assertThat(plants).hasSizeGreaterThan(12);
    assertThat(unnoticed).isEmpty();
  }

  /** Otherwise the other test would show nothing. */
  @Test
  void honesty_diskWithoutFault_raisesNoAlarm() {
    assertThat(new Detection(DelegatingFileOps::new).get()).isEmpty();
  }
}
