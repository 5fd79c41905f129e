package org.attunedb.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.TerminalKind;

/**
 * One run of the command line in this process.
 *
 * @param code the exit code
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
public record Cli(int code, String out, String err) {
  /** Runs {@code attune} with arguments. */
  public static Cli run(String... args) {
    return run(new ByteArrayOutputStream(), args);
  }

  /** Runs {@code attune} with arguments and a stderr of the caller's. */
  public static Cli run(ByteArrayOutputStream err, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Out streams = new Out(stream(out), stream(err), TerminalKind.PLAIN);
    int code = AttuneCli.run(streams, args);
    return new Cli(code, text(out), text(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
