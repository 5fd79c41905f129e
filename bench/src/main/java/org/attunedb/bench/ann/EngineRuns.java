package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.workflow.TemporaryFolder;

/** Runs engines one after the other, each with a bar of its own. Not thread-safe. */
final class EngineRuns {
  private static final int STEPS = 1_000;

  private final Out out;
  private final EngineProcess process;
  private final Consumer<AnnResult> results;

  /**
   * What will run engines.
   *
   * @param results is told each result as soon as it is there
   */
  EngineRuns(Out out, EngineProcess process, Consumer<AnnResult> results) {
    this.out = out;
    this.process = process;
    this.results = results;
  }

  /** All results of several engines, each in a folder that is deleted behind it. */
  List<AnnResult> run(EngineTask task, List<EngineName> engines)
      throws IOException, InterruptedException {
    List<AnnResult> all = new ArrayList<>();
    for (EngineName engine : engines) {
      try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-ann")) {
        all.addAll(run(task.on(engine, Files.createDirectory(index(folder)))));
      }
    }
    return all;
  }

  private static Path index(TemporaryFolder folder) {
    return folder.path().resolve("index");
  }

  /** The results of one task. */
  List<AnnResult> run(EngineTask task) throws IOException, InterruptedException {
    List<AnnResult> all = new ArrayList<>();
    try (ProgressBar bar =
        new ProgressBar(
            out.err(), out.errKind(), Clock.systemUTC(), task.engine().label(), STEPS)) {
      process.run(
          task,
          (share, step) -> bar.update(Math.round(share * STEPS), step),
          result -> {
            all.add(result);
            results.accept(result);
          });
      bar.update(STEPS, "");
    }
    if (all.isEmpty() && task.experiment() == EngineTask.Experiment.SEARCH) {
      out.err().println(task.engine().label() + ": skipped, it knows none of these settings");
    }
    return all;
  }
}
