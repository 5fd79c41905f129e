package org.attunedb.bench.ann;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.bench.ann.EngineTask.Experiment;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.workflow.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench ann}. */
@Command(
    name = "ann",
    description =
        "Measure recall, speed, build time and size of vector search on files of vectors:"
            + " Attune, raw Lucene, raw jvector and LangChain4j's in-memory store.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class AnnCommand implements Callable<Integer> {
  private final Out out;

  @Mixin private final AnnOptions options = new AnnOptions();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      description = "One or more of ${COMPLETION-CANDIDATES}. Default: all.")
  private @Nullable List<EngineName> engines;

  @Option(
      names = "--filter-selectivity",
      paramLabel = "P",
      split = ",",
      description =
          "Search with filters that let this share of the rows through, 0.0001 to 1:"
              + " Attune as it chooses, by exact scan, and by graph.")
  private List<Double> selectivities = List.of();

  @Mixin private final OutputForm form = new OutputForm();

  private AnnCommand(Out out) {
    this.out = out;
  }

  /** The command and its sub-commands; they write answers to stdout and progress to stderr. */
  public static CommandLine create(Out out) {
    return new CommandLine(new AnnCommand(out))
        .addSubcommand(new CommandLine(new GenerateCommand(out)))
        .addSubcommand(new CommandLine(new CodesCommand(out)))
        .addSubcommand(new CommandLine(new CostsCommand(out)))
        .addSubcommand(new CommandLine(new DeletesCommand(out)))
        .addSubcommand(new CommandLine(new MemoryCommand(out)));
  }

  @Override
  public Integer call() throws Exception {
    List<EngineName> chosen = engines == null ? Arrays.asList(EngineName.values()) : engines;
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-ann")) {
      EngineTask task =
          options.task(chosen.getFirst(), Experiment.SEARCH, folder.path(), selectivities);
      EngineRuns runs = new EngineRuns(out, EngineProcess.plain(), line(out, form));
      List<AnnResult> results = runs.run(task, chosen);
      out.out().print(form.of(() -> AnnTable.of(results) + FilterTable.of(results), () -> ""));
    }
    return 0;
  }

  /** Prints each result at once where programs read; people get a table in the end. */
  static java.util.function.Consumer<AnnResult> line(Out out, OutputForm form) {
    return result -> {
      out.out().print(form.of(() -> "", () -> result.toJson() + "\n"));
      out.out().flush();
    };
  }
}
