package org.attunedb.bench.faults;

import org.attunedb.server.cli.Out;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code attune bench faults}: one sub-command for each campaign. */
public final class FaultsCommand {
  /** What a campaign returns that found a violation. */
  static final int VIOLATED = 1;

  private FaultsCommand() {}

  /** The command, whose campaigns write tables to stdout and progress to stderr. */
  public static CommandLine create(Out out) {
    return new CommandLine(new Faults())
        .addSubcommand(new CommandLine(new PowerCommand(out)))
        .addSubcommand(new CommandLine(new IoCommand(out)))
        .addSubcommand(new CommandLine(new KillCommand(out)))
        .addSubcommand(new CommandLine(new HonestyCommand(out)));
  }

  @Command(
      name = "faults",
      description = "Break a store's disk, calls and process, and check what it promised.",
      mixinStandardHelpOptions = true)
  private static final class Faults implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a campaign is missing");
    }
  }
}
