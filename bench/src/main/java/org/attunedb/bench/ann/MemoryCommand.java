package org.attunedb.bench.ann;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.bench.ann.EngineTask.Experiment;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench ann memory}. */
@Command(
    name = "memory",
    description =
        "Measure search in a collection larger than memory: built freely, then searched by a"
            + " process that is confined to a heap and, with control groups, to a memory limit.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class MemoryCommand implements Callable<Integer> {
  private static final int MEGABYTE = 1 << 20;

  private final Out out;

  @Mixin private final AnnOptions options = new AnnOptions();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "attune_float32",
      description = "One or more of Attune's formats. Default: ${DEFAULT-VALUE}.")
  private List<EngineName> engines = List.of();

  @Option(
      names = "--heap",
      paramLabel = "MIB",
      defaultValue = "128",
      description = "Java's heap in MiB. Default: ${DEFAULT-VALUE}.")
  private int heap = 128;

  @Option(
      names = "--limit",
      paramLabel = "MIB",
      defaultValue = "0",
      description =
          "Memory in MiB of the process with the pages of files that it reads; needs the right to"
              + " make control groups. 0, the default, sets no limit.")
  private int limit;

  @Option(
      names = "--indexes",
      paramLabel = "FOLDER",
      description =
          "Keep what is built in this folder, which is made if it is missing, and take from it what"
              + " an earlier run with the same vectors and options has built.")
  private @Nullable Path indexes;

  @Mixin private final OutputForm form = new OutputForm();

  MemoryCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    engines.forEach(DeletesCommand::requireAttune);
    AnnOptions.within("--heap", heap, 16, 1 << 20);
    AnnOptions.within("--limit", limit, 0, 1 << 24);
    List<AnnResult> results = new ArrayList<>();
    for (EngineName engine : engines) {
      try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-ann");
          MemoryLimit confined = MemoryLimit.of((long) limit * MEGABYTE)) {
        Path index = built(engine, indexes == null ? folder.path() : indexes);
        PageCache.drop(index);
        EngineProcess process = new EngineProcess(confined.prefix(), List.of("-Xmx" + heap + "m"));
        results.addAll(
            new EngineRuns(out, process, AnnCommand.line(out, form))
                .run(options.task(engine, Experiment.REOPENED, index, List.of())));
      }
    }
    out.out().print(form.of(() -> table(results), () -> ""));
    return 0;
  }

  /** The index of an engine in a folder, which has it whole or not at all. */
  private Path built(EngineName engine, Path folder) throws Exception {
    Path index = folder.resolve(engine.label());
    if (!Files.exists(index)) {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempDirectory(folder, "unfinished-");
      EngineTask task = options.task(engine, Experiment.BUILT, unfinished, List.of());
      new EngineRuns(out, EngineProcess.plain(), result -> {}).run(task);
      Files.move(unfinished, index);
    }
    return index;
  }

  private static String table(List<AnnResult> results) {
    TextTable table =
        TextTable.of(
            Column.text("engine"),
            Column.text("setting"),
            Column.number("recall"),
            Column.number("p50 µs"),
            Column.number("p99 µs"),
            Column.number("bytes read/query"),
            Column.number("disk MB"),
            Column.number("heap MB"));
    for (AnnResult result : results) {
      table.add(
          result.engine(),
          AnnTable.setting(result),
          AnnTable.number("%.4f", result.recall()),
          AnnTable.number("%.1f", result.timing().p50Micros()),
          AnnTable.number("%.1f", result.timing().p99Micros()),
          result.parameter("bytes_read_per_query"),
          AnnTable.megabytes(result.build().diskBytes()),
          AnnTable.megabytes(result.build().heapBytes()));
    }
    return table.toString();
  }
}
