package org.attunedb.bench.ann;

import java.nio.file.Path;
import java.util.List;
import org.attunedb.bench.ann.EngineTask.Experiment;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchTuning;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of everything that searches; mixed into commands. Not thread-safe. */
final class AnnOptions {
  private static final int MAX_THREADS = 256;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  // Not "required", which picocli would also ask of the sub-commands beside them.
  @Option(names = "--base", paramLabel = "FVECS", description = "The vectors to be searched.")
  private @Nullable Path base;

  @Option(names = "--query", paramLabel = "FVECS", description = "The queries.")
  private @Nullable Path query;

  @Option(
      names = "--groundtruth",
      paramLabel = "IVECS",
      description = "For each query, the rows of its true neighbours, nearest first.")
  private @Nullable Path groundtruth;

  @Option(
      names = "--similarity",
      paramLabel = "NAME",
      defaultValue = "cosine",
      description = "cosine, dot_product or euclidean. Default: ${DEFAULT-VALUE}.")
  private Similarity similarity = Similarity.COSINE;

  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "10",
      description = "Neighbours wanted. Default: ${DEFAULT-VALUE}.")
  private int k = 10;

  @Option(
      names = "--ef",
      paramLabel = "N",
      split = ",",
      defaultValue = "10,16,24,32,48,64,96,128,192,256",
      description = "Candidates of walks, one measurement each. Default: ${DEFAULT-VALUE}.")
  private List<Integer> efs = List.of();

  @Option(
      names = "--target-recall",
      paramLabel = "P",
      split = ",",
      description =
          "Also let Attune choose ef for this recall, above 0 and below 1; several are possible.")
  private List<Double> targets = List.of();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that search at the same time. Default: ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Rounds over all queries; the one with the lowest median counts."
              + " Default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Searching with each plan before anything counts. Default: ${DEFAULT-VALUE}.")
  private double warmup = 5;

  @Option(
      names = "--m",
      paramLabel = "N",
      defaultValue = "16",
      description = "HNSW's M. Default: ${DEFAULT-VALUE}.")
  private int m = 16;

  @Option(
      names = "--ef-construction",
      paramLabel = "N",
      defaultValue = "100",
      description = "Candidates while a node is connected. Default: ${DEFAULT-VALUE}.")
  private int efConstruction = 100;

  /**
   * The task that the options describe.
   *
   * @param folder for indexes
   * @throws InvalidInputException {@code option_out_of_range} or {@code k_out_of_range}
   */
  EngineTask task(
      EngineName engine, Experiment experiment, Path folder, List<Double> selectivities) {
    if (k < 1 || k > SearchTuning.MAX_EF) {
      throw new InvalidInputException(
          ErrorCode.K_OUT_OF_RANGE, "--k is %s, expected 1 to 10000".formatted(k));
    }
    efs.forEach(ef -> within("--ef", ef, 1, SearchTuning.MAX_EF));
    within("--threads", threads, 1, MAX_THREADS);
    within("--rounds", rounds, 1, 1_000_000);
    within("--m", m, 2, 512);
    within("--ef-construction", efConstruction, 1, 3_200);
    if (!(warmup >= 0 && warmup <= 3_600)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "--warmup is " + warmup + ", expected 0 to 3600");
    }
    selectivities.forEach(Attributes::requireSelectivity);
    targets.forEach(AnnOptions::requireTarget);
    EngineTask task =
        new EngineTask(
            engine,
            experiment,
            new EngineTask.Files(
                given("--base", base),
                given("--query", query),
                given("--groundtruth", groundtruth)),
            similarity,
            folder,
            k,
            efs,
            targets,
            selectivities,
            new EngineTask.Timing(threads, rounds, warmup),
            new EngineTask.Graph(m, efConstruction));
    requireFiles(task);
    return task;
  }

  private static void requireTarget(double target) {
    if (!(target > 0 && target < 1)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--target-recall is " + target + ", expected above 0 and below 1");
    }
  }

  /** Faults of the files are told before a process is started. */
  private static void requireFiles(EngineTask task) {
    try (AnnFiles files = AnnFiles.open(task)) {
      within("dimension", files.base().width(), 1, Embedding.MAX_DIMENSION);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path given(String option, @Nullable Path path) {
    if (path == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
    }
    return path.toAbsolutePath();
  }

  static void within(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
  }
}
