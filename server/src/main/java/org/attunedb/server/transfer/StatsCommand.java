package org.attunedb.server.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
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

/**
 * {@code attune stats}: what a store holds. Public because {@link java.util.ServiceLoader} makes
 * it.
 */
public final class StatsCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Stats(out));
  }

  /** How the answer is printed. */
  enum Output {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON
  }

  @Command(
      name = "stats",
      description = "Show the collections of a store and their sizes.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Stats implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this one.")
    private @Nullable String name;

    @Option(
        names = "--output",
        paramLabel = "FORM",
        defaultValue = "table",
        description = "table or json. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.TABLE;

    Stats(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.openReadOnly()) {
        List<VectorCollection> collections =
            (name == null ? attune.collections() : List.of(name))
                .stream().map(attune::collection).toList();
        out.out()
            .print(
                switch (output) {
                  case TABLE -> table(collections);
                  case JSON -> json(collections);
                });
      }
      return 0;
    }

    private static String table(List<VectorCollection> collections) {
      TextTable table =
          TextTable.of(
              Column.text("collection"),
              Column.number("documents"),
              Column.number("deleted"),
              Column.number("segments"),
              Column.number("bytes"),
              Column.number("dimension"),
              Column.text("similarity"),
              Column.text("embedder"),
              Column.text("adapter"));
      for (VectorCollection collection : collections) {
        CollectionStats stats = collection.stats();
        CollectionSpec spec = collection.spec();
        table.add(
            collection.name(),
            Long.toString(stats.documents()),
            Long.toString(stats.deletedDocuments()),
            Integer.toString(stats.segments()),
            Long.toString(stats.diskBytes()),
            Integer.toString(spec.dimension()),
            spec.similarity().name().toLowerCase(Locale.ROOT),
            spec.embedder(),
            collection.deepMemory().activeVersion().orElse("none"));
      }
      return table.toString();
    }

    private static String json(List<VectorCollection> collections) {
      ObjectNode json = StrictJson.object();
      var array = json.putArray("collections");
      for (VectorCollection collection : collections) {
        CollectionStats stats = collection.stats();
        CollectionSpec spec = collection.spec();
        ObjectNode each = array.addObject();
        each.put("collection", collection.name());
        each.put("documents", stats.documents());
        each.put("deleted", stats.deletedDocuments());
        each.put("segments", stats.segments());
        each.put("bytes", stats.diskBytes());
        each.put("dimension", spec.dimension());
        each.put("similarity", spec.similarity().name().toLowerCase(Locale.ROOT));
        each.put("embedder", spec.embedder());
        each.put("adapter", collection.deepMemory().activeVersion().orElse(null));
      }
      return StrictJson.pretty(json);
    }
  }
}
