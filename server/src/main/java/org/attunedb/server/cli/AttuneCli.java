package org.attunedb.server.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code attune}, which does nothing without a sub-command. */
@Command(
    name = AttuneCli.NAME,
    description = "A vector database that learns from your queries.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeOnInvalidInput = 2,
    exitCodeList = {
      " 0:all went well",
      " 2:the arguments or the input files can't be accepted; nothing was changed (ingest: all but"
          + " the damaged files was done)",
      " 3:the store can't be read or written, or is damaged",
      " 4:the store is in use by another process, or the name is taken",
      " 5:no such store, collection, adapter version or job",
      " 6:training or a call of a model could not be carried out; what was active stays active",
      " 7:a search took longer than it was allowed",
      "70:a fault of Attune itself; --debug shows where",
    })
public final class AttuneCli implements Runnable {
  static final String NAME = "attune";

  // Lucene logs through java.util.logging, whose loggers are collected with their level unless
  // held.
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  private AttuneCli() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    LUCENE.setLevel(Level.WARNING);
    System.exit(run(Out.system(), args));
  }

  /**
   * Runs a command of any module on the class path.
   *
   * @return the exit code
   */
  public static int run(Out out, String... args) {
    List<CliCommand> commands =
        ServiceLoader.load(CliCommand.class).stream().map(ServiceLoader.Provider::get).toList();
    return run(out, commands, args);
  }

  static int run(Out out, List<CliCommand> commands, String... args) {
    AttuneCli root = new AttuneCli();
    ErrorHandler errors = new ErrorHandler(out, () -> root.debug);
    try {
      CommandLine line = commandLine(root, out, commands, errors);
      return line.execute(withNamesJoined(line, args));
    } catch (Error e) {
      // Out of memory or a missing class: picocli catches exceptions only.
      return errors.report(e);
    } finally {
      out.out().flush();
      out.err().flush();
    }
  }

  /**
   * Makes one argument of the two words of a command such as {@code evaluate rag}, which can't be a
   * sub-command of {@code evaluate} because that has arguments of its own that must be given.
   */
  private static String[] withNamesJoined(CommandLine line, String[] args) {
    List<String> given = new ArrayList<>(List.of(args));
    for (int i = 0; i + 1 < given.size(); i++) {
      if (!given.get(i).startsWith("-")) {
        String name = given.get(i) + " " + given.get(i + 1);
        if (line.getSubcommands().containsKey(name)) {
          given.set(i, name);
          given.remove(i + 1);
        }
        break;
      }
    }
    return given.toArray(String[]::new);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static CommandLine commandLine(
      AttuneCli root, Out out, List<CliCommand> commands, ErrorHandler errors) {
    CommandLine commandLine = new CommandLine(root);
    commands.stream()
        .map(command -> command.create(out))
        .sorted(Comparator.comparing(CommandLine::getCommandName))
        .forEach(command -> commandLine.addSubcommand(command.getCommandName(), command));
    EnumNames.register(commandLine);
    return commandLine
        .setOut(out.outWriter())
        .setErr(out.errWriter())
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors);
  }
}
