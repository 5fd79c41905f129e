package org.attunedb.server.jobs;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.TerminalKind;

/** One run of the real command line in this process. */
record CliRun(int code, String out, String err) {
  /** Runs with the arguments' strings. */
  static CliRun of(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        AttuneCli.run(
            new Out(stream(out), stream(err), TerminalKind.PLAIN),
            Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    return new CliRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The one line that says what was wrong. */
  String fault() {
    return err.lines().filter(line -> line.startsWith("attune: ")).findFirst().orElse("");
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
