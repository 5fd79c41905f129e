package org.attunedb.server.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import org.attunedb.server.terminal.TerminalKind;

/**
 * Where a run writes. Handed to every command, so that tests can read what would be on the screen.
 *
 * @param out results
 * @param err messages and progress
 * @param errKind whether {@code err} is somebody's screen
 */
public record Out(PrintStream out, PrintStream err, TerminalKind errKind) {
  /**
   * Set by the launcher to {@code true} if stderr is a terminal. Java itself can only tell about
   * stdin and stdout.
   */
  static final String ERR_IS_TERMINAL = "attune.stderr.terminal";

  /** The streams of this process. */
  public static Out system() {
    return new Out(
        System.out,
        System.err,
        Boolean.getBoolean(ERR_IS_TERMINAL) ? TerminalKind.INTERACTIVE : TerminalKind.PLAIN);
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, true, out.charset());
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, err.charset());
  }
}
