package org.attunedb.server.cli;

import java.util.function.BooleanSupplier;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.SearchTimeoutException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.error.TrainingException;
import org.attunedb.server.terminal.PlainText;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The one place where exceptions become a line on stderr and an exit code. A stack trace is shown
 * only to people who asked for it.
 */
final class ErrorHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Out out;
  private final BooleanSupplier debug;

  ErrorHandler(Out out, BooleanSupplier debug) {
    this.out = out;
    this.debug = debug;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parsed) {
    return report(exception);
  }

  @Override
  public int handleParseException(ParameterException exception, String[] args) {
    print(describe(exception));
    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
    out.err().println("Try '" + command + " --help'.");
    trace(exception);
    return ExitCode.INVALID_INPUT.number();
  }

  /** Prints a failure and returns the exit code; also for errors, which picocli lets pass. */
  int report(Throwable failure) {
    ExitCode code = exitCode(failure);
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    if (code == ExitCode.INTERNAL) {
      String hint = debug.getAsBoolean() ? "" : " (--debug shows where)";
      print("internal error: " + failure.getClass().getSimpleName() + detail(failure) + hint);
    } else {
      print(describe(failure));
    }
    trace(failure);
    return code.number();
  }

  private static ExitCode exitCode(Throwable failure) {
    return switch (failure) {
      case InvalidInputException e -> ExitCode.INVALID_INPUT;
      case AttuneException e -> exitCode(e);
      default -> ExitCode.INTERNAL;
    };
  }

  private static ExitCode exitCode(AttuneException failure) {
    return switch (failure) {
      case StoreException e -> ExitCode.STORE;
      case ConflictException e -> ExitCode.CONFLICT;
      case NotFoundException e -> ExitCode.NOT_FOUND;
      case TrainingException e -> ExitCode.TRAINING;
      case ModelException e -> ExitCode.TRAINING;
      case SearchTimeoutException e -> ExitCode.TIMEOUT;
      default -> ExitCode.INTERNAL;
    };
  }

  private static String describe(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static String detail(Throwable failure) {
    return failure.getMessage() == null ? "" : ": " + failure.getMessage();
  }

  private void print(String message) {
    out.err().println(AttuneCli.NAME + ": " + PlainText.oneLine(message));
  }

  private void trace(Throwable failure) {
    if (debug.getAsBoolean()) {
      failure.printStackTrace(out.err());
    }
  }
}
