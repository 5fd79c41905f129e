package org.attunedb.bench.corruption;

import java.util.Map;
import java.util.concurrent.Callable;
import org.attunedb.bench.corruption.Tally.Row;
import org.attunedb.server.cli.ExitCode;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code attune bench corruption}. */
@Command(
    name = "corruption",
    description =
        "Damage every file of a small store, and check that verification names it and that no"
            + " answer is wrong.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class CorruptionCommand implements Callable<Integer> {
  private static final int PROGRESS_CASES = 500;

  private final Out out;

  @Option(
      names = "--flips",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Random bits of each file to flip; from 200 on also every bit of the first 200 bytes"
              + " (default: ${DEFAULT-VALUE}).")
  private int flips = 200;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the store and the damage (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  /** A command that writes its answer to stdout and progress to stderr. */
  public CorruptionCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-corruption")) {
      Tally tally = new CorruptionCampaign(folder.path(), flips, seed, this::progress).run();
      out.out().print(table(tally));
      tally.violations().forEach(violation -> out.out().println("VIOLATION " + violation));
      out.out()
          .printf(
              "%s cases, %s violations, seed %s%n", tally.cases(), tally.violations().size(), seed);
      return (tally.violations().isEmpty() ? ExitCode.OK : ExitCode.STORE).number();
    }
  }

  private void progress(int cases) {
    if (cases % PROGRESS_CASES == 0) {
      out.err().println(cases + " cases");
    }
  }

  private static TextTable table(Tally tally) {
    TextTable table =
        TextTable.of(
            Column.text("file and damage"),
            Column.number("cases"),
            Column.number("reported"),
            Column.number("harmless"),
            Column.number("refused"),
            Column.number("exact"));
    for (Map.Entry<String, Row> entry : tally.rows().entrySet()) {
      Row row = entry.getValue();
      table.add(
          entry.getKey(),
          Integer.toString(row.cases()),
          Integer.toString(row.reported()),
          Integer.toString(row.harmless()),
          Integer.toString(row.refused()),
          Integer.toString(row.exact()));
    }
    return table;
  }
}
