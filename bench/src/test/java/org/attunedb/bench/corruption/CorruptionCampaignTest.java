package org.attunedb.bench.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The campaign with few damages for each file. */
@Timeout(120)
class CorruptionCampaignTest {
  @TempDir private Path folder;

  @Test
  void damage_everyFile_isNamedOrHarmlessAndNeverAnsweredWrong()
      throws IOException, InterruptedException {
    Tally tally = new CorruptionCampaign(folder, 1, 7, cases -> {}).run();

    assertThat(tally.violations()).isEmpty();
    assertThat(tally.cases()).isGreaterThan(200);
    // Otherwise the campaign would have compared nothing.
    assertThat(tally.rows().values()).anyMatch(row -> row.refused() > 0);
    assertThat(tally.rows().values()).anyMatch(row -> row.exact() > 0);
    assertThat(tally.rows().keySet())
        .anyMatch(row -> row.startsWith(".log"))
        .anyMatch(row -> row.startsWith(".mark"))
        .anyMatch(row -> row.startsWith("segments_N"))
        .anyMatch(row -> row.startsWith(".safetensors"))
        .anyMatch(row -> row.contains("older copy"));
  }
}
