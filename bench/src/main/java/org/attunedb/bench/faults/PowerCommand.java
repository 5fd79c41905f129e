package org.attunedb.bench.faults;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.attunedb.bench.faults.PowerCampaign.Outcome;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code attune bench faults power}. */
@Command(
    name = "power",
    description =
        "Cut the power of a simulated disk at random operations, and compare what is left with a"
            + " model. Exits with 1 if a store broke its contract.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PowerCommand implements Callable<Integer> {
  private final Out out;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many runs (default: ${DEFAULT-VALUE}).")
  private int seeds = 200;

  @Option(names = "--seed", paramLabel = "S", description = "The first seed (default: 0).")
  private long seed;

  @Option(
      names = "--durability",
      paramLabel = "WHEN",
      defaultValue = "sync",
      description = "sync, interval or manual (default: ${DEFAULT-VALUE}).")
  private DurabilityName durability = DurabilityName.SYNC;

  PowerCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    PowerCampaign campaign = new PowerCampaign(durability.durability(), UnaryOperator.identity());
    Map<String, Integer> cuts = new TreeMap<>();
    List<Outcome> violations = new ArrayList<>();
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "power", seeds)) {
      for (int i = 0; i < seeds; i++) {
        Outcome outcome = campaign.run(seed + i);
        IoKind cut = outcome.cut();
        cuts.merge(cut == null ? "between operations" : cut.label(), 1, Integer::sum);
        if (outcome.violation() != null) {
          violations.add(outcome);
        }
        bar.update(i + 1, violations.size() + " violations");
      }
    }
    out.out().print(table(cuts, violations));
    return violations.isEmpty() ? 0 : FaultsCommand.VIOLATED;
  }

  private String table(Map<String, Integer> cuts, List<Outcome> violations) {
    TextTable table = TextTable.of(Column.text("power loss"), Column.number("value"));
    table.add("durability", durability.name().toLowerCase(Locale.ROOT));
    table.add("seeds", "%s from %s".formatted(seeds, seed));
    cuts.forEach((kind, count) -> table.add("  cut: " + kind, count.toString()));
    table.add("violations", Integer.toString(violations.size()));
    StringBuilder text = new StringBuilder(table.toString());
    violations.forEach(
        violation ->
            text.append("seed %s: %s%n".formatted(violation.seed(), violation.violation())));
    return text.toString();
  }
}
