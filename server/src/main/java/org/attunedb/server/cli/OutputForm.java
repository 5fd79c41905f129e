package org.attunedb.server.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** In which form a command answers; mixed into commands. Not thread-safe. */
public final class OutputForm {
  /** The forms. */
  enum Form {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON
  }

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "table or json. Default: ${DEFAULT-VALUE}.")
  private Form form = Form.TABLE;

  /** Whether the answer is for programs, to be read as a whole. */
  public boolean isJson() {
    return form == Form.JSON;
  }

  /** The answer in the form that was asked for; the other one is not made. */
  public String of(Supplier<String> table, Supplier<String> json) {
    return switch (form) {
      case TABLE -> table.get();
      case JSON -> json.get();
    };
  }
}
