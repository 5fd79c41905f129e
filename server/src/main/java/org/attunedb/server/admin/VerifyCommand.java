package org.attunedb.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.FileFinding;
import org.attunedb.index.FileFinding.State;
import org.attunedb.index.VerificationReport;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.ExitCode;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
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

    @Option(names = "--verbose", description = "List every file, not only the damaged ones.")
    private boolean verbose;

    @Mixin private final OutputForm form = new OutputForm();

    Verify(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      VerificationReport report;
      try (ByteBar bar = new ByteBar(out, "verifying")) {
        report = Attune.verify(store.folder(), bar);
      }
      List<FileFinding> shown = verbose ? report.files() : report.damaged();
      out.out().print(form.of(() -> table(report, shown), () -> json(report, shown)));
      return (report.isSound() ? ExitCode.OK : ExitCode.STORE).number();
    }

    private String table(VerificationReport report, List<FileFinding> shown) {
      TextTable table =
          TextTable.of(
              Column.text("file"),
              Column.number("bytes"),
              Column.text("state"),
              Column.text("note"));
      for (FileFinding file : shown) {
        table.add(file.path(), Long.toString(file.bytes()), name(file.state()), note(file));
      }
      return "%s%s files, %s bytes: %s sound, %s unreferenced, %s damaged%n"
          .formatted(
              shown.isEmpty() ? "" : "%s%n".formatted(table),
              report.files().size(),
              report.bytes(),
              count(report, State.SOUND),
              count(report, State.UNREFERENCED),
              count(report, State.DAMAGED));
    }

    private static long count(VerificationReport report, State state) {
      return report.files().stream().filter(file -> file.state() == state).count();
    }

    /** Without the path that stands beside it. */
    private String note(FileFinding file) {
      Path path = store.folder().toAbsolutePath().normalize().resolve(file.path());
      String said = path + ": ";
      return file.note().startsWith(said) ? file.note().substring(said.length()) : file.note();
    }

    private static String name(State state) {
      return state.name().toLowerCase(Locale.ROOT);
    }

    private String json(VerificationReport report, List<FileFinding> shown) {
      ObjectNode json = StrictJson.object();
      json.put("sound", report.isSound());
      ObjectNode counts = json.putObject("count");
      for (State state : State.values()) {
        counts.put(name(state), count(report, state));
      }
      json.put("bytes", report.bytes());
      var array = json.putArray("files");
      for (FileFinding file : shown) {
        array
            .addObject()
            .put("path", file.path())
            .put("bytes", file.bytes())
            .put("state", name(file.state()))
            .put("note", note(file));
      }
      return StrictJson.pretty(json);
    }
  }
}
