package org.attunedb.server.report;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.index.Attune;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.BridgeOption;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.BeirOptions;
import org.attunedb.server.dataset.BeirReader;
import org.attunedb.server.dataset.JudgedQuery;
import org.attunedb.server.dataset.LabelFiles;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.workflow.DatasetLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code attune evaluate}: search quality without and with an adapter on judged queries. Public
 * because {@link java.util.ServiceLoader} makes it.
 */
public final class EvaluateCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Evaluate(out));
  }

  /** How the answer is printed. */
  enum Output {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON,
    /** For documents. */
    MARKDOWN
  }

  /** Which judgments. */
  enum Split {
    /** Those to learn from. */
    TRAIN,
    /** Those to measure with. */
    TEST
  }

  @Command(
      name = "evaluate",
      description =
          "Measure a collection on judged queries, without and with an adapter: recall, nDCG and MRR"
              + " with intervals, the queries that moved most, and what the smaller k saves. See also"
              + " `attune evaluate rag`.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Evaluate implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final EmbedderOptions embedders;

    @Mixin private final BridgeOption bridge = new BridgeOption();

    @Mixin private final FilterOption filters = new FilterOption();

    @Option(
        names = "--collection",
        required = true,
        paramLabel = "NAME",
        description = "What to measure.")
    private String name = "";

    @Parameters(
        paramLabel = "BEIR_FOLDER",
        description =
            "Folder with queries.jsonl and qrels/, and corpus.jsonl unless the collection is the"
                + " corpus.")
    private Path folder = Path.of("");

    @Option(
        names = "--split",
        paramLabel = "SPLIT",
        defaultValue = "test",
        description = "train or test. Default: ${DEFAULT-VALUE}.")
    private Split split = Split.TEST;

    @Option(
        names = "--modes",
        paramLabel = "MODE",
        split = ",",
        defaultValue = "vector,keyword,hybrid",
        description = "vector, keyword, hybrid, set apart by commas. Default: ${DEFAULT-VALUE}.")
    private List<SearchMode> modes = List.of();

    @Option(
        names = "--k",
        paramLabel = "N",
        split = ",",
        defaultValue = "1,3,5,10,50,100",
        description = "Cut-offs of recall, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private List<Integer> cutoffs = List.of();

    @Option(
        names = "--adapter",
        paramLabel = "ADAPTER",
        defaultValue = "active",
        description = "active, none or a version such as v2. Default: ${DEFAULT-VALUE}.")
    private String adapter = "";

    @Option(
        names = "--output",
        paramLabel = "FORM",
        defaultValue = "table",
        description = "table, json or markdown. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.TABLE;

    @Option(
        names = "--report",
        paramLabel = "PLACE",
        description = {
          "Also write files: a page if this ends in .html, else a folder with report.html,",
          "report.json and report.md."
        })
    private @Nullable Path place;

    @Option(names = "--force", description = "Replace files of an earlier report.")
    private boolean force;

    @Option(
        names = "--cost-k",
        paramLabel = "N",
        defaultValue = "10",
        description = "Hits handed on today, for the cost argument. Default: ${DEFAULT-VALUE}.")
    private int costK;

    @Option(
        names = "--price-per-million-tokens",
        paramLabel = "PRICE",
        description = "Also tell the money saved, in the currency of this price.")
    private @Nullable Double price;

    @Option(
        names = "--movers",
        paramLabel = "N",
        defaultValue = "5",
        description =
            "Queries to list that rose most and that fell most. Default: ${DEFAULT-VALUE}.")
    private int movers;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "42",
        description = "Seed of the intervals. Default: ${DEFAULT-VALUE}.")
    private long seed;

    Evaluate(Out out) {
      this.out = out;
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() {
      OptionalDouble checkedPrice = checkedPrice();
      ReportFiles files = place == null ? null : new ReportFiles(place, force);
      ReportSettings settings = ReportSettings.defaults().withCostK(costK).withMovers(movers);
      List<JudgedQuery> queries = queries();
      if (queries.isEmpty()) {
        throw new InvalidInputException(
            ErrorCode.TOO_FEW_LABELS,
            folder + ": no judged queries in " + split.name().toLowerCase(Locale.ROOT) + ".tsv");
      }
      try (embedders;
          Attune attune = store.openReadOnly()) {
        VectorCollection collection = embedders.collection(attune, name, bridge);
        EvaluationReport report =
            new EvaluationReport(
                name,
                collection.spec().embedder(),
                collection.stats().documents(),
                BeirDataset.name(folder) + " (" + split.name().toLowerCase(Locale.ROOT) + ")",
                queries.stream().map(JudgedQuery::id).toList(),
                seed,
                checkedPrice,
                Clock.systemUTC().instant(),
                measure(collection, queries, settings));
        out.out().print(print(report));
        if (files != null) {
          files.write(report).forEach(file -> out.err().println("wrote " + file));
        }
      }
      return 0;
    }

    /** The split; of labels without a corpus, as questions are generated, the collection is it. */
    private List<JudgedQuery> queries() {
      if (LabelFiles.hasNoCorpus(folder)) {
        return LabelFiles.split(folder, split.name().toLowerCase(Locale.ROOT));
      }
      BeirDataset dataset = new BeirReader(BeirOptions.defaults()).open(folder);
      if (!dataset.unknownIds().isEmpty()) {
        out.err().println("warning: " + dataset.unknownIds());
      }
      return split == Split.TRAIN ? dataset.train() : dataset.test();
    }

    private RecallReport measure(
        VectorCollection collection, List<JudgedQuery> queries, ReportSettings settings) {
      filters.warn(collection, out);
      Filter filter = filters.filter();
      EvaluationRequest everywhere =
          EvaluationRequest.of(DatasetLoader.labels(queries))
              .withModes(modes.toArray(SearchMode[]::new))
              .withMetrics(EvaluationRequest.metrics(cutoffs))
              .withAdapter(choice())
              .withSettings(settings)
              .withSeed(seed);
      EvaluationRequest request = filter == null ? everywhere : everywhere.withFilter(filter);
      long searches = (long) queries.size() * modes.size() * 2;
      try (ProgressBar bar =
          new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "searching", searches)) {
        return collection
            .deepMemory()
            .evaluate(
                request.withListener(
                    (done, total) ->
                        bar.update(
                            total == 0 ? searches : searches * done / total, done + " searches")));
      }
    }

    private String print(EvaluationReport report) {
      return switch (output) {
        case TABLE -> TextReport.write(report);
        case JSON -> ReportJson.write(report);
        case MARKDOWN -> MarkdownReport.write(report);
      };
    }

    private AdapterChoice choice() {
      return switch (adapter.toLowerCase(Locale.ROOT)) {
        case "active" -> AdapterChoice.active();
        case "none" -> AdapterChoice.none();
        default -> AdapterChoice.version(adapter);
      };
    }

    private OptionalDouble checkedPrice() {
      if (price == null) {
        return OptionalDouble.empty();
      }
      if (!Double.isFinite(price) || price < 0) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--price-per-million-tokens is " + price + ", expected a finite number of at least 0");
      }
      return OptionalDouble.of(price);
    }
  }
}
