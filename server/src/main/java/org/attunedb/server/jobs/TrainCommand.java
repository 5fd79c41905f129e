package org.attunedb.server.jobs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.Attune;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.PositionBias;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingLimits;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.ScopeOption;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.LabelFiles;
import org.attunedb.server.terminal.DeepMemoryFormat;
import org.attunedb.server.workflow.CleanStop;
import org.attunedb.server.workflow.DatasetLoader;
import org.attunedb.server.workflow.JobStatus;
import org.attunedb.server.workflow.TrainingRunner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code attune train}: an adapter from labelled queries. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class TrainCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Train(out));
  }

  /** Waits with a progress bar, then shows the status box and what is active. */
  static void finish(DeepMemory memory, TrainingJob job, Out out) throws InterruptedException {
    finish(memory, job, Optional.empty(), out);
  }

  private static void finish(
      DeepMemory memory, TrainingJob job, Optional<AdapterScope> trainedFor, Out out)
      throws InterruptedException {
    out.err().println("training job " + job.id());
    awaitEnd(job, out);
    out.out().print(DeepMemoryFormat.statusBox(JobStatus.of(job)));
    trainedFor
        .or(() -> scope(memory, job))
        .ifPresent(
            scope ->
                out.out()
                    .println(ScopeOption.active(Optional.of(scope), memory.activeVersion(scope))));
    out.out().println(ScopeOption.active(Optional.empty(), memory.activeVersion()));
  }

  private static void awaitEnd(TrainingJob job, Out out) throws InterruptedException {
    try {
      TrainingRunner.await(job, out);
    } catch (TrainingException e) {
      if (job.state() instanceof JobState.Cancelled) {
        // Before the store is closed: what is said after that is lost where the process ends.
        out.err().printf("`attune jobs resume %s` goes on with this training%n", job.id());
      }
      throw e;
    }
  }

  /** The scope of what a job published; a job that was resumed does not tell it otherwise. */
  private static Optional<AdapterScope> scope(DeepMemory memory, TrainingJob job) {
    return job.state() instanceof JobState.Completed completed
        ? completed.version().flatMap(version -> memory.version(version).scope())
        : Optional.empty();
  }

  /** What a training may use; mixed into the commands that train. */
  static final class LimitOptions {
    @Option(
        names = "--time-limit",
        paramLabel = "SECONDS",
        description = "Fail after this long, keeping what there is. Default: none.")
    private @Nullable Long seconds;

    @Option(
        names = "--memory-limit",
        paramLabel = "MIB",
        description = "Refuse a training that may need more. Default: 8192.")
    private @Nullable Long mebibytes;

    boolean isGiven() {
      return seconds != null || mebibytes != null;
    }

    TrainingLimits limits() {
      TrainingLimits limits = TrainingLimits.defaults();
      if (mebibytes != null) {
        limits = limits.withMemoryBytes(Math.multiplyExact(Math.min(mebibytes, 1L << 40), 1 << 20));
      }
      return seconds == null ? limits : limits.withTime(Duration.ofSeconds(seconds));
    }
  }

  /** Where the labels are. */
  private static final class Labels {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        required = true,
        description = "Folder with queries.jsonl and qrels/train.tsv, as BEIR lays them out.")
    private @Nullable Path folder;

    @ArgGroup(exclusive = false)
    private @Nullable TwoFiles files;

    @ArgGroup(exclusive = false)
    private @Nullable FromFeedback feedback;

    /** What the files say; empty if the labels are the collection's feedback. */
    Optional<LabelledQueries> read() {
      if (folder != null) {
        return Optional.of(DatasetLoader.labels(LabelFiles.training(folder)));
      }
      return files == null
          ? Optional.empty()
          : Optional.of(DatasetLoader.labels(LabelFiles.read(files.queries, files.qrels)));
    }

    PositionBias bias() {
      return feedback == null || !feedback.given
          ? PositionBias.defaults()
          : new PositionBias(feedback.eta, feedback.maxWeight);
    }
  }

  /** Labels that are not in one folder. */
  private static final class TwoFiles {
    @Option(
        names = "--queries",
        paramLabel = "FILE",
        required = true,
        description = "Queries: a JSON object a line with _id and text.")
    private Path queries = Path.of("");

    @Option(
        names = "--qrels",
        paramLabel = "FILE",
        required = true,
        description = "Judgments: a header, then query id, document id and score, with tabs.")
    private Path qrels = Path.of("");
  }

  /** Labels that people's choices make. */
  private static final class FromFeedback {
    @Option(
        names = "--from-feedback",
        required = true,
        description = "What people chose in this collection; see `attune feedback`.")
    private boolean given;

    @Option(
        names = "--eta",
        paramLabel = "X",
        defaultValue = "1",
        description = {
          "How fast attention falls with the rank r, as r^-X: a choice weighs r^X.",
          "Default: ${DEFAULT-VALUE}; 0 for no correction."
        })
    private double eta;

    @Option(
        names = "--max-weight",
        paramLabel = "X",
        defaultValue = "10",
        description = "Most that a choice weighs. Default: ${DEFAULT-VALUE}.")
    private double maxWeight;
  }

  @Command(
      name = "train",
      description = {
        "Train a query adapter on labelled queries, in this process.",
        "It becomes active if held-out queries show that it is better. Ctrl-C cancels; `attune jobs`",
        "shows, cancels and resumes."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Train implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @ArgGroup(multiplicity = "1")
    private Labels labels = new Labels();

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "42",
        description = "Of every random choice. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--rank", paramLabel = "N", description = "Of the adapter's matrix.")
    private @Nullable Integer rank;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the labels.")
    private @Nullable Integer epochs;

    @Option(names = "--threads", paramLabel = "N", description = "Native threads.")
    private @Nullable Integer threads;

    @Option(
        names = "--device",
        paramLabel = "NAME",
        description = "auto (a GPU if there is one), cpu or gpu:N (default: auto).")
    private @Nullable String device;

    @Option(
        names = "--from-scratch",
        description =
            "Learn from the given labels alone, not also from the queries that the active version"
                + " remembers.")
    private boolean fromScratch;

    @Option(names = "--strict", description = "Refuse labels that name unknown documents.")
    private boolean strict;

    @Mixin private final ScopeOption scopes = new ScopeOption();

    @Mixin private final LimitOptions limits = new LimitOptions();

    @Mixin private final EmbedderOptions embedders;

    Train(Out out) {
      this.out = out;
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() throws InterruptedException {
      // Bad files and options are refused before the store is opened.
      Optional<AdapterScope> scope = scopes.scope();
      Optional<LabelledQueries> given = labels.read();
      PositionBias bias = labels.bias();
      TrainingConfig config = config();
      try (CleanStop stop = CleanStop.install();
          embedders;
          Attune attune = store.open()) {
        VectorCollection trained = embedders.collection(attune, collection.name());
        TrainingRequest request =
            TrainingRequest.of(given.orElseGet(() -> chosen(trained, bias, scope)))
                .withConfig(config)
                .withLimits(limits.limits());
        DeepMemory memory = trained.deepMemory();
        request = fromScratch ? request.fromScratch() : request;
        request = strict ? request.asStrict() : request;
        request = scope.isPresent() ? request.withScope(scope.get().filter()) : request;
        finish(memory, stop.of(memory.train(request)), scope, out);
      }
      return 0;
    }

    /** What people chose, in the scope that is trained for. */
    private static LabelledQueries chosen(
        VectorCollection trained, PositionBias bias, Optional<AdapterScope> scope) {
      LabelledQueries all = trained.feedback().toTrainingSet(bias);
      return scope.map(one -> ScopedLabels.within(trained, one, all)).orElse(all);
    }

    private TrainingConfig config() {
      TrainingConfig config = TrainingConfig.withSeed(seed);
      config = rank == null ? config : config.withRank(rank);
      config = epochs == null ? config : config.withMaxEpochs(epochs);
      config = device == null ? config : config.withDevice(device);
      return threads == null ? config : config.withThreads(threads);
    }
  }
}
