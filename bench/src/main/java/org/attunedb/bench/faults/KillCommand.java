package org.attunedb.bench.faults;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.bench.faults.KillCampaign.Damage;
import org.attunedb.bench.faults.KillCampaign.Outcome;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code attune bench faults kill}. */
@Command(
    name = "kill",
    description =
        "Kill a process that writes (SIGKILL) and compare the store with what the process had told."
            + " Exits with 1 if the store broke its contract.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class KillCommand implements Callable<Integer> {
  private final Out out;

  @Option(
      names = "--cycles",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many kills (default: ${DEFAULT-VALUE}).")
  private int cycles = 50;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the campaign (default: 0).")
  private long seed;

  KillCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    long start = System.nanoTime();
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-kill");
        ProgressBar bar =
            new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "kill", cycles)) {
      KillCampaign campaign = new KillCampaign(folder.path(), seed);
      for (int i = 0; i < cycles; i++) {
        outcomes.add(campaign.run(i));
        bar.update(i + 1, damaged(outcomes).size() + " violations");
      }
    }
    out.out().print(table(outcomes, (System.nanoTime() - start) / 60e9));
    damaged(outcomes).forEach(outcome -> out.out().println(outcome));
    return damaged(outcomes).isEmpty() ? 0 : FaultsCommand.VIOLATED;
  }

  private static List<Outcome> damaged(List<Outcome> outcomes) {
    return outcomes.stream().filter(outcome -> outcome.damage() != null).toList();
  }

  private String table(List<Outcome> outcomes, double minutes) {
    TextTable table = TextTable.of(Column.text("kill -9"), Column.number("value"));
    table.add("seed", Long.toString(seed));
    table.add("cycles", Integer.toString(outcomes.size()));
    table.add("cycles a minute", String.format(Locale.ROOT, "%.0f", outcomes.size() / minutes));
    table.add(
        "acknowledged operations",
        Long.toString(outcomes.stream().mapToLong(Outcome::acknowledged).sum()));
    for (Damage damage : Damage.values()) {
      long count = outcomes.stream().filter(outcome -> outcome.damage() == damage).count();
      table.add(damage.name().toLowerCase(Locale.ROOT), Long.toString(count));
    }
    double[] millis = outcomes.stream().mapToDouble(Outcome::reopenMillis).sorted().toArray();
    if (millis.length > 0) {
      table.add("reopen p50 ms", String.format(Locale.ROOT, "%.0f", millis[millis.length / 2]));
      table.add("reopen max ms", String.format(Locale.ROOT, "%.0f", millis[millis.length - 1]));
    }
    return table.toString();
  }
}
