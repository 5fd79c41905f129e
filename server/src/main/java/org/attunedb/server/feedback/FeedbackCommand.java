package org.attunedb.server.feedback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.Query;
import org.attunedb.index.Attune;
import org.attunedb.index.Feedback;
import org.attunedb.index.FeedbackStats;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.FeedbackLines;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code attune feedback}: what people chose among the answers. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class FeedbackCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Commands())
        .addSubcommand(new CommandLine(new RecordChoice(out)))
        .addSubcommand(new CommandLine(new Export(out)))
        .addSubcommand(new CommandLine(new Stats(out)));
  }

  @Command(
      name = "feedback",
      description = {
        "Keep what people chose among the answers, to train on it.",
        "See `attune train --from-feedback`."
      },
      mixinStandardHelpOptions = true)
  private static final class Commands implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "what to do is missing: record, export, stats");
    }
  }

  /** One entry, or a file of them. */
  private static final class Source {
    @ArgGroup(exclusive = false)
    private @Nullable Entry entry;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        required = true,
        description = "Entries as `feedback export` writes them; time, chosen, adapter may miss.")
    private @Nullable Path file;

    List<Feedback> entries(Instant now) {
      if (file != null) {
        return FeedbackLines.read(file, now);
      }
      return entry == null ? List.of() : List.of(entry.feedback(now));
    }
  }

  /** What somebody did. */
  private static final class Entry {
    @Option(
        names = "--query",
        paramLabel = "TEXT",
        required = true,
        description = "What was asked.")
    private String query = "";

    @Option(
        names = "--shown",
        paramLabel = "ID",
        required = true,
        description = "A document that was shown; once for each, best first.")
    private List<String> shown = new ArrayList<>();

    @Option(
        names = "--chosen",
        paramLabel = "ID",
        description = "Which of them was chosen. Default: none.")
    private @Nullable String chosen;

    @Option(
        names = "--adapter",
        paramLabel = "VERSION",
        description = "The version that was applied. Default: none.")
    private @Nullable String adapter;

    Feedback feedback(Instant now) {
      return new Feedback(
          new Query.ByText(query),
          shown,
          Optional.ofNullable(chosen),
          now,
          Optional.ofNullable(adapter));
    }
  }

  @Command(
      name = "record",
      description = "Keep one entry, or all of a file.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class RecordChoice implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    RecordChoice(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      List<Feedback> entries = source.entries(Clock.systemUTC().instant());
      try (Attune attune = store.open()) {
        attune.collection(collection.name()).feedback().recordAll(entries);
      }
      out.out().printf("recorded %s entries of '%s'%n", entries.size(), collection.name());
      return 0;
    }
  }

  @Command(
      name = "export",
      description = {
        "Print every entry, a JSON object a line, oldest first. The store may be in use."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Export implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    Export(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.openReadOnly();
          Stream<Feedback> entries = attune.collection(collection.name()).feedback().entries()) {
        Iterator<Feedback> each = entries.iterator();
        while (each.hasNext()) {
          // On every system the same file.
          out.out().print(FeedbackLines.write(each.next()) + "\n");
          if (out.out().checkError()) {
            throw new InvalidInputException(
                ErrorCode.FILE_UNWRITABLE,
                "standard output: can't be written (the reader is gone)");
          }
        }
      }
      return 0;
    }
  }

  @Command(
      name = "stats",
      description = "Count the entries. The store may be in use.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Stats implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Mixin private final OutputForm form = new OutputForm();

    Stats(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.openReadOnly()) {
        FeedbackStats stats = attune.collection(collection.name()).feedback().stats();
        out.out().print(form.of(() -> table(stats), () -> json(stats)));
      }
      return 0;
    }

    private static String table(FeedbackStats stats) {
      TextTable table = TextTable.of(Column.text("feedback"), Column.text("value"));
      table.add("entries", Long.toString(stats.entries()));
      table.add("with a choice", Long.toString(stats.choices()));
      table.add("dropped for newer ones", Long.toString(stats.dropped()));
      table.add("bytes", Long.toString(stats.bytes()));
      table.add("unreadable bytes", Long.toString(stats.unreadableBytes()));
      table.add("oldest", stats.oldest().map(Instant::toString).orElse(""));
      table.add("newest", stats.newest().map(Instant::toString).orElse(""));
      return table.toString();
    }

    private static String json(FeedbackStats stats) {
      ObjectNode json = StrictJson.object();
      json.put("entries", stats.entries());
      json.put("choices", stats.choices());
      json.put("dropped", stats.dropped());
      json.put("bytes", stats.bytes());
      json.put("unreadableBytes", stats.unreadableBytes());
      json.put("oldest", stats.oldest().map(Instant::toString).orElse(null));
      json.put("newest", stats.newest().map(Instant::toString).orElse(null));
      return StrictJson.pretty(json);
    }
  }
}
