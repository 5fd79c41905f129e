package org.attunedb.bench;

import org.attunedb.bench.ann.AnnCommand;
import org.attunedb.bench.ann.PeersCommand;
import org.attunedb.bench.corruption.CorruptionCommand;
import org.attunedb.bench.embed.EmbedCommand;
import org.attunedb.bench.faults.FaultsCommand;
import org.attunedb.bench.ingest.IngestBenchCommand;
import org.attunedb.bench.jmh.JmhCommand;
import org.attunedb.bench.recall.RecallCommand;
import org.attunedb.bench.study.StudyCommands;
import org.attunedb.bench.training.TrainingCommand;
import org.attunedb.bench.write.WriteCommand;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Out;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Adds {@code attune bench}. Public because {@link java.util.ServiceLoader} makes it. */
public final class BenchCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    CommandLine bench = new CommandLine(new Bench());
    bench
        .addSubcommand(new CommandLine(new RecallCommand(out)))
        .addSubcommand(new CommandLine(new EmbedCommand(out)))
        .addSubcommand(new CommandLine(new WriteCommand(out)))
        .addSubcommand(new CommandLine(new IngestBenchCommand(out)))
        .addSubcommand(AnnCommand.create(out))
        .addSubcommand(new CommandLine(new PeersCommand(out)))
        .addSubcommand(FaultsCommand.create(out))
        .addSubcommand(new CommandLine(new CorruptionCommand(out)))
        .addSubcommand(new CommandLine(new TrainingCommand(out)))
        .addSubcommand(new CommandLine(new JmhCommand(out)));
    StudyCommands.create(out).forEach(bench::addSubcommand);
    return bench;
  }

  @Command(
      name = "bench",
      description = "Measure Attune: quality on your own data, speed, and what it survives.",
      mixinStandardHelpOptions = true)
  private static final class Bench implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a benchmark is missing");
    }
  }
}
