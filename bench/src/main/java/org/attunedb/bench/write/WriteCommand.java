package org.attunedb.bench.write;

import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench write}. */
@Command(
    name = "write",
    description =
        "Measure durable writes beside a Lucene commit for each batch, one writer beside 32,"
            + " upsert to visible, and opening after a crash.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class WriteCommand implements Callable<Integer> {
  private static final int MOST = 1_000_000_000;

  private final Out out;

  @Option(
      names = "--dimension",
      paramLabel = "N",
      description = "Components of the vectors that are written. Default: 1024.")
  private @Nullable Integer dimension;

  @Option(
      names = "--documents",
      paramLabel = "N",
      description = "Documents in the store that is opened. Default: 100000, quick 5000.")
  private @Nullable Integer documents;

  @Option(
      names = "--operations",
      paramLabel = "N",
      description = "Operations in the log that is replayed. Default: 40000, quick 2000.")
  private @Nullable Integer operations;

  @Option(
      names = "--quick",
      description = "Few writes and a small store: to see that it runs, not to compare.")
  private boolean quick;

  @Mixin private final OutputForm form = new OutputForm();

  /** A command that writes its answer to stdout and progress to stderr. */
  public WriteCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    WriteScale scale = scale();
    WriteResult result;
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-write");
        ProgressBar bar =
            new ProgressBar(
                out.err(), out.errKind(), Clock.systemUTC(), "measuring", scale.total())) {
      result = new WriteBenchmark(folder.path(), scale, bar::update).run();
    }
    out.out().print(form.of(() -> table(result), () -> json(result)));
    return 0;
  }

  private WriteScale scale() {
    WriteScale scale = quick ? WriteScale.quick() : WriteScale.full();
    if (dimension != null) {
      scale = scale.withDimension(within("--dimension", dimension, 1, Embedding.MAX_DIMENSION));
    }
    if (documents != null) {
      scale = scale.withDocuments(within("--documents", documents, 1, MOST));
    }
    if (operations != null) {
      scale = scale.withOperations(within("--operations", operations, 1, MOST));
    }
    return scale;
  }

  private static int within(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
    return value;
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
    add(
        table,
        String.format(Locale.ROOT, "open %,d documents, ms", result.documents()),
        result.emptyLogMillis());
    add(
        table,
        String.format(Locale.ROOT, "  with %,d operations logged, ms", result.operations()),
        result.fullLogMillis());
    add(table, "  operations replayed/s", result.replayPerSecond());
    return table.toString();
  }

  private static void add(TextTable table, String what, double value) {
    table.add(what, String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value));
  }

  private String json(WriteResult result) {
    return StrictJson.object()
            .put("quick", quick)
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
