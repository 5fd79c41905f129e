package org.attunedb.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.attunedb.bench.Cli;
import org.junit.jupiter.api.Test;

class FaultsCommandTest {
  @Test
  void power_fewSeeds_printsTableAndPasses() {
    Cli run = Cli.run("bench", "faults", "power", "--seeds", "3", "--seed", "5");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("3 from 5").containsPattern("violations +\\| +0");
  }

  @Test
  void io_fewSteps_printsEachKindOfCall() {
    Cli run = Cli.run("bench", "faults", "io", "--steps", "1");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("force directory", "rename", "write");
  }

  @Test
  void faults_noCampaign_isRefused() {
    assertThat(Cli.run("bench", "faults").code()).isEqualTo(2);
  }
}
