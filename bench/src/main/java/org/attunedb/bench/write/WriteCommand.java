package org.attunedb.bench.write;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code attune bench write}. */
@Command(
    name = "write",
    description = {
      "Measure durable writes beside a Lucene commit for each batch, one writer beside 32,",
      "upsert to visible, and opening after a crash."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class WriteCommand implements Callable<Integer> {
  /** The forms of the answer. */
  enum Output {
    TABLE,
    JSON
  }

  private final Out out;

  @Option(
      names = "--dimension",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Components of the vectors that are written (default: ${DEFAULT-VALUE}).")
  private int dimension = 1024;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Documents in the store that is opened (default: ${DEFAULT-VALUE}).")
  private int documents = 100_000;

  @Option(
      names = "--operations",
      paramLabel = "N",
      defaultValue = "40000",
      description = "Operations in the log that is replayed (default: ${DEFAULT-VALUE}).")
  private int operations = 40_000;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  /** A command that writes its answer to stdout and progress to stderr. */
  public WriteCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-write")) {
      WriteResult result =
          new WriteBenchmark(
                  folder.path(), dimension, documents, operations, step -> out.err().println(step))
              .run();
      out.out().print(output == Output.JSON ? json(result) : table(result));
    }
    return 0;
  }

  private static String table(WriteResult result) {
    TextTable table = TextTable.of(Column.text("measured"), Column.number("value"));
    add(table, "batches of 100, SYNC, rows/s", result.attuneRowsPerSecond());
    add(table, "  Lucene, a commit for each, rows/s", result.luceneRowsPerSecond());
    add(table, "  ratio", result.batchRatio());
    add(table, "1 writer, single documents, SYNC, /s", result.oneWriterPerSecond());
    add(table, "32 writers, single documents, SYNC, /s", result.manyWritersPerSecond());
    add(table, "  ratio", result.writersRatio());
    add(table, "fsync of 4 KiB alone, p50 ms", result.fsyncMillis());
    add(table, "upsert durable and visible, p50 ms", result.syncMillis());
    add(table, "upsert visible without fsync, p50 ms", result.visibleMillis());
    add(table, "open %,d documents, ms".formatted(result.documents()), result.emptyLogMillis());
    add(
        table,
        "  with %,d operations logged, ms".formatted(result.operations()),
        result.fullLogMillis());
    add(table, "  operations replayed/s", result.replayPerSecond());
    return table.toString();
  }

  private static void add(TextTable table, String what, double value) {
    table.add(what, String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value));
  }

  private static String json(WriteResult result) {
    return StrictJson.object()
            .put("dimension", result.dimension())
            .put("attuneRowsPerSecond", result.attuneRowsPerSecond())
            .put("luceneRowsPerSecond", result.luceneRowsPerSecond())
            .put("batchRatio", result.batchRatio())
            .put("oneWriterPerSecond", result.oneWriterPerSecond())
            .put("manyWritersPerSecond", result.manyWritersPerSecond())
            .put("writersRatio", result.writersRatio())
            .put("fsyncMillis", result.fsyncMillis())
            .put("syncMillis", result.syncMillis())
            .put("visibleMillis", result.visibleMillis())
            .put("documents", result.documents())
            .put("documentDimension", result.documentDimension())
            .put("emptyLogMillis", result.emptyLogMillis())
            .put("operations", result.operations())
            .put("fullLogMillis", result.fullLogMillis())
            .put("replayPerSecond", result.replayPerSecond())
        + "\n";
  }
}
