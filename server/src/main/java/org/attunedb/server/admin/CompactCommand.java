package org.attunedb.server.admin;

import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionStats;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune compact}. Public because {@link java.util.ServiceLoader} makes it. */
public final class CompactCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Compact(out));
  }

  @Command(
      name = "compact",
      description = "Merge each collection into one segment without deleted documents.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Compact implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this one.")
    private @Nullable String name;

    Compact(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      TextTable table =
          TextTable.of(
              Column.text("collection"),
              Column.text(""),
              Column.number("documents"),
              Column.number("deleted"),
              Column.number("segments"),
              Column.number("bytes"));
      try (Attune attune = store.open()) {
        for (String each : name == null ? attune.collections() : List.of(name)) {
          VectorCollection collection = attune.collection(each);
          add(table, each, "before", collection.stats());
          collection.compact();
          add(table, each, "after", collection.stats());
        }
      }
      out.out().print(table);
      return 0;
    }

    private static void add(TextTable table, String name, String when, CollectionStats stats) {
      table.add(
          name,
          when,
          Long.toString(stats.documents()),
          Long.toString(stats.deletedDocuments()),
          Integer.toString(stats.segments()),
          Long.toString(stats.diskBytes()));
    }
  }
}
