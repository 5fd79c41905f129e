package org.attunedb.server.cli;

import picocli.CommandLine;

/**
 * Adds a sub-command to {@code attune}. Implementations are found by {@link
 * java.util.ServiceLoader}, so that modules which depend on the server can bring commands of their
 * own; they have a public constructor without parameters and no state.
 */
public interface CliCommand {
  /**
   * Makes the command for one run. Its name is that of the {@link CommandLine.Command} annotation;
   * its user object returns the exit code, 0 or one of {@link ExitCode}, and lets exceptions pass,
   * which the command line turns into messages.
   *
   * @param out where to write
   */
  CommandLine create(Out out);
}
