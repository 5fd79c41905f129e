package org.attunedb.bench.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.bench.faults.HonestyCampaign.Outcome;
import org.attunedb.bench.faults.HonestyCampaign.Plant;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine.Command;

/** {@code attune bench faults honesty}. */
@Command(
    name = "honesty",
    description =
        "Plant faults in the disk and in the index module's sources, one by one: each must be"
            + " noticed by a campaign. Needs a checkout. Exits with 1 if one stays unnoticed.",
    mixinStandardHelpOptions = true)
final class HonestyCommand implements Callable<Integer> {
  private final Out out;

  HonestyCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    List<Plant> plants = new HonestyCampaign(HonestyCampaign.findSources(Path.of(""))).plants();
    TextTable table =
        TextTable.of(Column.text("planted fault"), Column.text("in"), Column.text("noticed by"));
    int unnoticed = 0;
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "honesty", plants.size())) {
      for (int i = 0; i < plants.size(); i++) {
        Outcome outcome = plants.get(i).detect();
        unnoticed += outcome.caught().isEmpty() ? 1 : 0;
        table.add(
            outcome.fault(),
            outcome.where(),
            outcome.caught().isEmpty() ? "nobody" : outcome.caught());
        bar.update(i + 1, unnoticed + " unnoticed");
      }
    }
    out.out().print(table);
    return unnoticed == 0 ? 0 : FaultsCommand.VIOLATED;
  }
}
