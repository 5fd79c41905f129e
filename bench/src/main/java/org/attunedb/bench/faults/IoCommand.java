package org.attunedb.bench.faults;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.attunedb.bench.faults.IoCampaign.Outcome;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code attune bench faults io}. */
@Command(
    name = "io",
    description =
        "Let the first, the second … call of each kind fail until the workload passes, and check"
            + " what the store says, that it stops writing, and what is left. Exits with 1 if it broke"
            + " its contract.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class IoCommand implements Callable<Integer> {
  private final Out out;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description = "Operations of the workload (default: ${DEFAULT-VALUE}).")
  private int steps = 20;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the workload (default: 0).")
  private long seed;

  IoCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    IoCampaign campaign = new IoCampaign(seed, steps, UnaryOperator.identity());
    TextTable table =
        TextTable.of(
            Column.text("failing call"), Column.number("calls"), Column.number("violations"));
    List<Outcome> violations = new ArrayList<>();
    List<IoKind> kinds = List.of(IoKind.values());
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "io", kinds.size())) {
      for (int i = 0; i < kinds.size(); i++) {
        IoKind kind = kinds.get(i);
        int before = violations.size();
        long calls = runAll(campaign, kind, violations);
        table.add(kind.label(), Long.toString(calls), Integer.toString(violations.size() - before));
        bar.update(i + 1, violations.size() + " violations");
      }
    }
    out.out().print(table);
    violations.forEach(
        violation ->
            out.out()
                .printf(
                    "%s %s: %s%n",
                    violation.kind().label(), violation.call(), violation.violation()));
    return violations.isEmpty() ? 0 : FaultsCommand.VIOLATED;
  }

  /** How many calls of a kind there were to fail. */
  private static long runAll(IoCampaign campaign, IoKind kind, List<Outcome> violations) {
    long call = 0;
    Outcome outcome;
    do {
      call++;
      outcome = campaign.run(kind, call);
      if (outcome.violation() != null) {
        violations.add(outcome);
      }
    } while (outcome.failed());
    return call - 1;
  }
}
