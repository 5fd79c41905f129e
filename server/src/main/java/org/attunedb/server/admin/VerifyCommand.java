package org.attunedb.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.FileFinding;
import org.attunedb.index.VerificationReport;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.ExitCode;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code attune verify}: is every byte as it was written? Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class VerifyCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Verify(out));
  }

  /** How the answer is printed. */
  enum Output {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON
  }

  @Command(
      name = "verify",
      description =
          "Compare every byte of a store or a backup with its checksums. Changes nothing; the"
              + " store may be in use. Ends with 3 if anything is damaged.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Verify implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(
        names = "--output",
        defaultValue = "table",
        description = "table or json. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.TABLE;

    Verify(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      VerificationReport report;
      try (ByteBar bar = new ByteBar(out, "Verifying")) {
        report = Attune.verify(store.folder(), bar);
      }
      out.out()
          .print(
              switch (output) {
                case TABLE -> table(report);
                case JSON -> json(report);
              });
      return (report.isSound() ? ExitCode.OK : ExitCode.STORE).number();
    }

    private static String table(VerificationReport report) {
      TextTable table =
          TextTable.of(
              Column.text("file"), Column.number("bytes"), Column.text("state"), Column.text(""));
      for (FileFinding file : report.files()) {
        table.add(file.path(), Long.toString(file.bytes()), state(file), file.note());
      }
      return "%s%n%d files, %d bytes, %d damaged%n"
          .formatted(table, report.files().size(), report.bytes(), report.damaged().size());
    }

    private static String state(FileFinding file) {
      return file.state().name().toLowerCase(Locale.ROOT);
    }

    private static String json(VerificationReport report) {
      ObjectNode json = StrictJson.object();
      json.put("sound", report.isSound());
      var array = json.putArray("files");
      for (FileFinding file : report.files()) {
        array
            .addObject()
            .put("path", file.path())
            .put("bytes", file.bytes())
            .put("state", state(file))
            .put("note", file.note());
      }
      return StrictJson.pretty(json);
    }
  }
}
