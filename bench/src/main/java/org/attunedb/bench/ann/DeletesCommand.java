package org.attunedb.bench.ann;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.bench.ann.EngineTask.Experiment;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.workflow.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench ann deletes}. */
@Command(
    name = "deletes",
    description =
        "Measure what deletions do: fresh, with 30 % deleted, compacted, and through 50 cycles in"
            + " which 2 % are deleted, merged away and written again.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class DeletesCommand implements Callable<Integer> {
  private final Out out;

  @Mixin private final AnnOptions options = new AnnOptions();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "attune_float32",
      description = "One of Attune's formats. Default: ${DEFAULT-VALUE}.")
  private EngineName engine = EngineName.ATTUNE_FLOAT32;

  @Mixin private final OutputForm form = new OutputForm();

  DeletesCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    requireAttune(engine);
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-ann")) {
      Path index = folder.path().resolve("index");
      EngineTask task = options.task(engine, Experiment.DELETES, index, List.of());
      EngineRuns runs = new EngineRuns(out, EngineProcess.plain(), AnnCommand.line(out, form));
      List<AnnResult> results = runs.run(task);
      out.out().print(form.of(() -> AnnTable.of(results), () -> ""));
    }
    return 0;
  }

  static void requireAttune(EngineName engine) {
    if (!engine.isAttune()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--engine is %s, expected one of Attune's formats".formatted(engine.label()));
    }
  }
}
