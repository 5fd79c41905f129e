package org.attunedb.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.CollectionStats;
import org.attunedb.index.SimdProvider;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.admin.FoundCollection.Quarantined;
import org.attunedb.server.admin.FoundCollection.Usable;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionChoice;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code attune stats}: what a store holds. Public because {@link java.util.ServiceLoader} makes
 * it.
 */
public final class StatsCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Stats(out));
  }

  @Command(
      name = "stats",
      description =
          "Show the collections of a store and their sizes. Ends with 3 if one is quarantined.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Stats implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionChoice choice = new CollectionChoice();

    @Mixin private final OutputForm form = new OutputForm();

    Stats(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.openReadOnly()) {
        List<FoundCollection> found = FoundCollection.findAll(attune, choice.names(attune));
        out.out().print(form.of(() -> table(found), () -> json(found)));
        warnIfScalar(found);
        return FoundCollection.exitCode(found).number();
      }
    }

    private void warnIfScalar(List<FoundCollection> found) {
      boolean scalar =
          found.stream()
              .anyMatch(
                  each ->
                      each instanceof Usable(VectorCollection collection)
                          && collection.stats().simd() == SimdProvider.SCALAR);
      if (scalar) {
        out.err()
            .println(
                "warning: vectors are compared without SIMD, two to four times slower: start Java"
                    + " with --add-modules=jdk.incubator.vector");
      }
    }

    private static String table(List<FoundCollection> found) {
      TextTable table =
          TextTable.of(
              Column.text("collection"),
              Column.number("documents"),
              Column.number("deleted"),
              Column.number("segments"),
              Column.number("bytes"),
              Column.number("dimension"),
              Column.text("similarity"),
              Column.text("format"),
              Column.text("embedder"),
              Column.text("adapter"),
              Column.text("state"));
      for (FoundCollection each : found) {
        switch (each) {
          case Quarantined q -> table.add(q.name(), "", "", "", "", "", "", "", "", "", q.state());
          case Usable(VectorCollection collection) -> add(table, collection);
        }
      }
      return table.toString();
    }

    private static void add(TextTable table, VectorCollection collection) {
      CollectionStats stats = collection.stats();
      CollectionSpec spec = collection.spec();
      table.add(
          collection.name(),
          Long.toString(stats.documents()),
          Long.toString(stats.deletedDocuments()),
          Integer.toString(stats.segments()),
          Long.toString(stats.diskBytes()),
          Integer.toString(spec.dimension()),
          shown(spec.similarity()),
          formats(spec, stats),
          spec.embedder(),
          ActiveAdapters.text(collection),
          "ok");
    }

    /** More than one while the format changes. */
    private static String formats(CollectionSpec spec, CollectionStats stats) {
      String wanted = shown(spec.vectorFormat());
      boolean others = stats.vectors().keySet().stream().anyMatch(f -> f != spec.vectorFormat());
      return others ? wanted + " (compact to complete)" : wanted;
    }

    private static String shown(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }

    private static String json(List<FoundCollection> found) {
      ObjectNode json = StrictJson.object();
      var array = json.putArray("collections");
      for (FoundCollection each : found) {
        ObjectNode row = array.addObject().put("collection", each.name());
        switch (each) {
          case Quarantined q -> row.put("state", "quarantined").put("reason", q.reason());
          case Usable(VectorCollection collection) -> add(row, collection);
        }
      }
      return StrictJson.pretty(json);
    }

    private static void add(ObjectNode row, VectorCollection collection) {
      CollectionStats stats = collection.stats();
      CollectionSpec spec = collection.spec();
      row.put("documents", stats.documents());
      row.put("deleted", stats.deletedDocuments());
      row.put("segments", stats.segments());
      row.put("bytes", stats.diskBytes());
      row.put("dimension", spec.dimension());
      row.put("similarity", shown(spec.similarity()));
      row.put("format", shown(spec.vectorFormat()));
      ObjectNode vectors = row.putObject("vectors");
      stats.vectors().forEach((format, count) -> vectors.put(shown(format), count));
      row.put("simd", shown(stats.simd()));
      row.put("embedder", spec.embedder());
      ActiveAdapters.put(row, collection);
      row.put("state", "ok");
    }
  }
}
