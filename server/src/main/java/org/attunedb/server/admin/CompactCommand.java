package org.attunedb.server.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionStats;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.VectorFormat;
import org.attunedb.server.admin.FoundCollection.Quarantined;
import org.attunedb.server.admin.FoundCollection.Usable;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionChoice;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.CollectionFiles;
import org.attunedb.server.workflow.CompactionWatch;
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
      description =
          "Merge each collection into one segment without deleted documents, and with --format"
              + " rewrite its vectors. Ends with 3 if one is quarantined; the others are merged.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Compact implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionChoice choice = new CollectionChoice();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description =
            "Keep the vectors as float32, int8, int4, binary, jvector or lvq8 from now on."
                + " Default: as before.")
    private @Nullable VectorFormat format;

    private final TextTable table =
        TextTable.of(
            Column.text("collection"),
            Column.text("state"),
            Column.number("documents"),
            Column.number("deleted"),
            Column.number("segments"),
            Column.number("bytes"));

    Compact(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      List<FoundCollection> done = new ArrayList<>();
      List<String> names;
      try (Attune attune = store.open()) {
        names = choice.names(attune);
      }
      Map<String, Long> sizes = new HashMap<>();
      names.forEach(name -> sizes.put(name, CollectionFiles.bytes(store.folder(), name)));
      long total = sizes.values().stream().mapToLong(Long::longValue).sum();
      try (ByteBar bar = new ByteBar(out, "compacting")) {
        long before = 0;
        for (String name : names) {
          long start = before;
          done.add(compact(name, written -> bar.update(start + written, total, name)));
          before += sizes.getOrDefault(name, 0L);
          bar.update(before, total, name);
        }
      }
      out.out().print(table);
      return FoundCollection.exitCode(done).number();
    }

    /** In an opening of its own, because a store that failed to write takes no more writes. */
    private FoundCollection compact(String name, LongConsumer progress) {
      try (Attune attune = store.open()) {
        FoundCollection found = FoundCollection.find(attune, name);
        return switch (found) {
          case Usable(VectorCollection collection) -> compact(collection, found, progress);
          case Quarantined q -> quarantined(q);
        };
      }
    }

    private FoundCollection compact(
        VectorCollection collection, FoundCollection found, LongConsumer progress) {
      CollectionStats before = collection.stats();
      try {
        VectorFormat kept = format == null ? collection.spec().vectorFormat() : format;
        CompactionWatch.watch(
            store.folder(), collection.name(), progress, () -> collection.compact(kept));
      } catch (StoreException e) {
        if (FoundCollection.isOwn(e)) {
          return quarantined(new Quarantined(collection.name(), e.getMessage()));
        }
        throw e;
      }
      add(collection.name(), "before", before);
      add(collection.name(), "after", collection.stats());
      return found;
    }

    private FoundCollection quarantined(Quarantined found) {
      table.add(found.name(), "quarantined", "", "", "", "");
      out.err().println("collection '" + found.name() + "' is quarantined: " + found.reason());
      return found;
    }

    private void add(String name, String when, CollectionStats stats) {
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
