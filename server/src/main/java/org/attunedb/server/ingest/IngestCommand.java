package org.attunedb.server.ingest;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.CollectionTarget;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.ExitCode;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.ingest.gather.GatherOptions;
import org.attunedb.server.ingest.split.SplitOptions;
import org.attunedb.server.openai.EmbeddingModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code attune ingest}: sites, folders and files into a collection. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class IngestCommand implements CliCommand {
  /** In the store's folder; see {@code docs/formats.md}. */
  private static final String JOURNALS = "ingest";

  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Ingest(out));
  }

  @Command(
      name = "ingest",
      description =
          "Bring web sites, folders and files into a collection: gather, clean, split, embed. Run again, it writes only what changed and removes what is gone; cut off, it goes on where it was.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Ingest implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Option(
        names = "--create",
        description = "Make the collection, and the store if need be, if it is not there yet.")
    private boolean create;

    @Option(
        names = "--embedder",
        paramLabel = "NAME",
        description =
            "With --create: lexical, the built-in embedder, or openai:MODEL. A collection that is there must have been made with it. Default: lexical for a new collection.")
    private @Nullable String embedder;

    @Option(
        names = "--dimensions",
        paramLabel = "N",
        description =
            "With --embedder openai:MODEL: dimensions to ask the service for. Default: the model's own.")
    private @Nullable Integer dimensions;

    @Mixin private final EmbedderOptions embedders;

    @ArgGroup(validate = false, heading = "What is taken:%n")
    private final Taken taken = new Taken();

    @ArgGroup(validate = false, heading = "How a site is asked:%n")
    private final Asking asking = new Asking();

    @ArgGroup(validate = false, heading = "How texts are split:%n")
    private final Splitting splitting = new Splitting();

    @Mixin private final OutputForm form = new OutputForm();

    @Parameters(
        arity = "1..*",
        paramLabel = "SOURCE",
        description =
            "Web address, folder or file. Of a site, the pages below the address's folder on the same host and port.")
    private List<String> sources = List.of();

    Ingest(Out out) {
      this.out = out;
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() throws InterruptedException {
      IngestOptions options =
          IngestOptions.defaults()
              .withGather(asking.into(taken.into(GatherOptions.defaults().toBuilder())).build())
              .withSplit(splitting.options())
              .withJournals(journals());
      AskedEmbedder asked = new AskedEmbedder(embedder, dimensions);
      asked.requireKnown();
      try (embedders;
          CollectionTarget target = target(asked)) {
        target.known().ifPresent(found -> asked.requireOf(collection.name(), found.spec()));
        requireEmbedder(target.spec());
        IngestView view = new IngestView(out, Clock.systemUTC());
        List<SourceReport> reports =
            new Ingestion(destination(target), options.withBatch(batch(target.spec())))
                .run(sources, view);
        target.keep();
        out.out()
            .print(
                form.of(
                    () -> IngestReportText.table(reports), () -> IngestReportText.json(reports)));
        embedders.report();
        boolean damaged = reports.stream().anyMatch(report -> report.damaged() > 0);
        return (damaged ? ExitCode.INVALID_INPUT : ExitCode.OK).number();
      }
    }

    /** A service takes several requests at a time, and they must be filled. */
    private int batch(CollectionSpec made) {
      return Math.clamp(
          embedders.textsAtATime(made), IngestOptions.DEFAULT_BATCH, VectorCollection.MAX_BATCH);
    }

    private Path journals() {
      return store.folder().resolve(JOURNALS).resolve(collection.name());
    }

    private CollectionTarget target(AskedEmbedder asked) {
      return create
          ? CollectionTarget.existingOrMade(
              store, embedders, collection.name(), () -> asked.spec(embedders))
          : CollectionTarget.existing(store, embedders, collection.name());
    }

    private static Destination destination(CollectionTarget target) {
      return target
          .known()
          .map(Destination::of)
          .orElseGet(() -> Destination.madeBy(target::collection));
    }

    /** Before anything is gathered, which may take long. */
    private void requireEmbedder(CollectionSpec target) {
      String name = target.embedder();
      if (!name.equals(CollectionSpec.lexical().embedder())
          && EmbeddingModel.of(name, target.dimension()).isEmpty()) {
        throw new InvalidInputException(
            ErrorCode.EMBEDDER_MISSING,
            "collection '%s': its embedder '%s' is not attached, expected a collection of the built-in embedder or of openai:MODEL"
                .formatted(collection.name(), name));
      }
    }
  }

  /** Options of every kind of source. */
  private static final class Taken {
    @Option(
        names = "--max-pages",
        paramLabel = "N",
        description = "Most pages or files of a source. Default: 10000.")
    private int maxPages = GatherOptions.defaults().maxPages();

    @Option(
        names = "--max-bytes",
        paramLabel = "N",
        description = "Longest page or file; longer ones are left out. Default: 16777216.")
    private int maxBytes = GatherOptions.defaults().maxBytes();

    @Option(
        names = "--include",
        paramLabel = "PATTERN",
        description =
            "Store only pages whose path matches, with * for anything but a slash and ** for anything; can be given more than once.")
    private List<String> include = List.of();

    @Option(
        names = "--exclude",
        paramLabel = "PATTERN",
        description = "Leave out pages whose path matches; can be given more than once.")
    private List<String> exclude = List.of();

    GatherOptions.Builder into(GatherOptions.Builder options) {
      return options.maxPages(maxPages).maxBytes(maxBytes).include(include).exclude(exclude);
    }
  }

  /** Options of web sites. */
  private static final class Asking {
    @Option(
        names = "--depth",
        paramLabel = "N",
        description = "Most links between the first page and another. Default: 32.")
    private int depth = GatherOptions.defaults().maxDepth();

    @Option(
        names = "--concurrency",
        paramLabel = "N",
        description = "Most requests at a time. Default: 4.")
    private int concurrency = GatherOptions.defaults().concurrency();

    @Option(
        names = "--delay",
        paramLabel = "MS",
        description = "Least milliseconds between two requests. Default: 100.")
    private long delay = GatherOptions.defaults().delay().toMillis();

    @Option(
        names = "--timeout",
        paramLabel = "MS",
        description = "Most milliseconds for a request. Default: 30000.")
    private long timeout = GatherOptions.defaults().timeout().toMillis();

    @Option(
        names = "--retries",
        paramLabel = "N",
        description = "How often a request is repeated after an error that may pass. Default: 2.")
    private int retries = GatherOptions.defaults().retries();

    @Option(
        names = "--max-queries",
        paramLabel = "N",
        description = "Most addresses that differ in their query only. Default: 100.")
    private int maxQueries = GatherOptions.defaults().maxQueries();

    @Option(
        names = "--ignore-robots",
        description = "Don't ask for robots.txt: for sites of your own.")
    private boolean ignoreRobots;

    @Option(
        names = "--user-agent",
        paramLabel = "TEXT",
        description = "How requests introduce themselves. Default: attune-ingest.")
    private String userAgent = GatherOptions.defaults().userAgent();

    GatherOptions.Builder into(GatherOptions.Builder options) {
      return options
          .maxDepth(depth)
          .concurrency(concurrency)
          .delay(Duration.ofMillis(delay))
          .timeout(Duration.ofMillis(timeout))
          .retries(retries)
          .maxQueries(maxQueries)
          .robots(!ignoreRobots)
          .userAgent(userAgent);
    }
  }

  /** Options of documents. */
  private static final class Splitting {
    @Option(
        names = "--chunk-size",
        paramLabel = "N",
        description = "Most characters of a document. Default: 4096.")
    private int chunkSize = SplitOptions.DEFAULT_MAX_CHARS;

    @Option(
        names = "--overlap",
        paramLabel = "N",
        description =
            "Most characters that a document repeats of the one before. Default: 200, at most a quarter of the size.")
    private @Nullable Integer overlap;

    @Option(
        names = "--separator",
        paramLabel = "TEXT",
        description =
            "After what a text is preferably cut, the best first, with \\n for a line feed; can be given more than once. Default: paragraphs, lines, sentences, words.")
    private List<String> separators = List.of();

    SplitOptions options() {
      int chars = overlap == null ? Math.min(SplitOptions.DEFAULT_OVERLAP, chunkSize / 4) : overlap;
      List<String> cuts =
          separators.isEmpty()
              ? SplitOptions.DEFAULT_SEPARATORS
              : separators.stream()
                  .map(text -> text.replace("\\n", "\n").replace("\\t", "\t"))
                  .toList();
      return new SplitOptions(chunkSize, chars, cuts);
    }
  }
}
