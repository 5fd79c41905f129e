package org.attunedb.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import picocli.CommandLine.Option;

/**
 * Consent to what can't be undone: {@code --yes}, or a word that is typed on a terminal. Mixed into
 * commands. Not thread-safe.
 */
public final class Confirmation {
  /**
   * Set by the launcher to {@code true} if stdin is a terminal. What Java says about that depends
   * on its version.
   */
  static final String IN_IS_TERMINAL = "attune.stdin.terminal";

  @Option(names = "--yes", description = "Don't ask.")
  private boolean yes;

  /**
   * Returns if there is consent.
   *
   * @param what will happen, for example {@code drop collection 'a' with 3 documents}
   * @param word to type
   * @throws InvalidInputException {@code option_out_of_range} if not
   */
  public void require(Out out, String what, String word) {
    if (yes) {
      return;
    }
    if (!Boolean.getBoolean(IN_IS_TERMINAL)) {
      throw refused("would " + what + ": give --yes to confirm");
    }
    out.err().print("This will " + what + ". Type " + word + " to confirm: ");
    out.err().flush();
    if (!word.equals(typed())) {
      throw refused("not confirmed, nothing was changed");
    }
  }

  private static String typed() {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    try {
      String line = in.readLine();
      return line == null ? "" : line.strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static InvalidInputException refused(String problem) {
    return new InvalidInputException(ErrorCode.OPTION_OUT_OF_RANGE, problem);
  }
}
