package org.attunedb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.error.TrainingException;
import org.attunedb.server.terminal.TerminalKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class AttuneCliTest {
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private final Out out = new Out(stream(outBytes), stream(errBytes), TerminalKind.PLAIN);

  @Test
  void run_help_listsCommandsAndExitCodes() {
    assertThat(run(() -> 0, "--help")).isZero();

    assertThat(printed())
        .contains("Usage: attune [-hV] [--debug] COMMAND")
        .contains("probe")
        .contains("Exit codes:", "70   a fault of Attune itself");
    assertThat(errors()).isEmpty();
  }

  @Test
  void run_version_tellsThatOfTheBuildAndOfJava() {
    assertThat(AttuneCli.run(out, "--version")).isZero();

    assertThat(printed()).matches("attune \\d+\\.\\d+\\.\\d+\\S* \\(Java \\S+\\)\\R");
  }

  @Test
  void run_command_writesToItsOutAndReturnsItsCode() {
    int code =
        run(
            () -> {
              out.out().println("result");
              return 0;
            },
            "probe");

    assertThat(code).isZero();
    assertThat(printed()).isEqualTo("result" + System.lineSeparator());
    assertThat(errors()).isEmpty();
  }

  @Test
  void run_withoutCommand_isInvalidInput() {
    assertThat(run(() -> 0)).isEqualTo(2);

    assertThat(errors().lines())
        .containsExactly("attune: a command is missing", "Try 'attune --help'.");
  }

  @Test
  void run_unknownOption_pointsToTheCommandsHelp() {
    assertThat(run(() -> 0, "probe", "--nope")).isEqualTo(2);

    assertThat(errors().lines())
        .containsExactly("attune: Unknown option: '--nope'", "Try 'attune probe --help'.");
  }

  @Test
  void run_wrongTypeOfOption_isOneLineAndTheHint() {
    assertThat(run(() -> 0, "probe", "--size", "many")).isEqualTo(2);

    assertThat(errors().lines()).hasSize(2).first().asString().contains("--size", "many");
  }

  static Stream<Arguments> failures() {
    ErrorCode code = ErrorCode.STORE_IO;
    return Stream.of(
        Arguments.of(new InvalidInputException(code, "bad"), 2, "attune: bad"),
        Arguments.of(new StoreException(code, "torn"), 3, "attune: torn"),
        Arguments.of(new ConflictException(ErrorCode.STORE_LOCKED, "held"), 4, "attune: held"),
        Arguments.of(new NotFoundException(code, "gone"), 5, "attune: gone"),
        Arguments.of(new TrainingException(code, "diverged"), 6, "attune: diverged"),
        Arguments.of(
            new IllegalStateException("two\nlines"),
            70,
            "attune: internal error: IllegalStateException: two lines (--debug shows where)"),
        Arguments.of(
            new NullPointerException(),
            70,
            "attune: internal error: NullPointerException (--debug shows where)"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void run_commandThatFails_printsOneLineAndReturnsItsCode(
      Exception failure, int code, String line) {
    Callable<Integer> failing =
        () -> {
          throw failure;
        };

    assertThat(run(failing, "probe")).isEqualTo(code);
    assertThat(errors().lines()).containsExactly(line);
    assertThat(printed()).isEmpty();
  }

  @Test
  void run_error_isReportedLikeAnException() {
    Callable<Integer> failing =
        () -> {
          throw new OutOfMemoryError("Java heap space");
        };

    assertThat(run(failing, "probe")).isEqualTo(70);
    assertThat(errors().lines())
        .containsExactly(
            "attune: internal error: OutOfMemoryError: Java heap space (--debug shows where)");
  }

  @Test
  void run_debugBeforeOrAfterTheCommand_showsTheStackTrace() {
    Callable<Integer> failing =
        () -> {
          throw new InvalidInputException(ErrorCode.FILE_MALFORMED, "bad");
        };

    assertThat(run(failing, "probe", "--debug")).isEqualTo(2);
    assertThat(run(failing, "--debug", "probe")).isEqualTo(2);
    assertThat(errors()).containsPattern("(?s)attune: bad.*\tat org.*attune: bad.*\tat org");
  }

  private int run(Callable<Integer> action, String... args) {
    CliCommand probe = o -> new CommandLine(new Probe(action));
    return AttuneCli.run(out, List.of(probe), args);
  }

  private String printed() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Command(name = "probe", description = "A command of a test.")
  private static final class Probe implements Callable<Integer> {
    private final Callable<Integer> action;

    @Option(names = "--size")
    private int size;

    Probe(Callable<Integer> action) {
      this.action = action;
    }

    @Override
    public Integer call() throws Exception {
      return size + action.call();
    }
  }
}
