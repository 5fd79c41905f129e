package org.attunedb.server.rag;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchMode;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.ChatOptions;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.LabelFiles;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.llm.Spending;
import org.attunedb.server.llm.StopSignal;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.workflow.CleanStop;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code attune evaluate rag}: what an adapter does for answers. A command of its own with two
 * words for a name, because {@code attune evaluate} has arguments that must be given. Public
 * because {@link java.util.ServiceLoader} makes it.
 */
public final class EvaluateRagCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new EvaluateRag(out));
  }

  @Command(
      name = "evaluate rag",
      description = {
        "Compare, with the adapter off and on, how well retrieved passages support known answers.",
        "That is context recall: by a language model's judgement, and by ids and texts without one."
            + " Cut off, the same command goes on where it was."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class EvaluateRag implements Callable<Integer> {
    private static final int SHOWN_FAILURES = 5;

    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Parameters(
        paramLabel = "FOLDER",
        description = "Folder with queries.jsonl and qrels/, as `questions generate` writes it.")
    private Path folder = Path.of("");

    @Option(
        names = "--split",
        paramLabel = "NAME",
        defaultValue = "test",
        description = "Which file of qrels/, without .tsv. Default: ${DEFAULT-VALUE}.")
    private String split = "";

    @Option(
        names = "--n",
        paramLabel = "N",
        defaultValue = "0",
        description = "Most questions, the first ones; 0 for all. Default: ${DEFAULT-VALUE}.")
    private int questions;

    @Option(
        names = "-k",
        paramLabel = "N",
        defaultValue = "4",
        description = "Passages of a question, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
        names = "--mode",
        paramLabel = "MODE",
        defaultValue = "vector",
        description = "vector, keyword or hybrid. Default: ${DEFAULT-VALUE}.")
    private SearchMode mode = SearchMode.VECTOR;

    @Option(
        names = "--adapter",
        paramLabel = "ADAPTER",
        defaultValue = "on",
        description =
            "What is compared with off: on (the active version) or a version such as v2. Default:"
                + " ${DEFAULT-VALUE}.")
    private String adapter = "";

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "Folder that keeps the judgements; needed where a language model judges.")
    private @Nullable Path work;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "42",
        description = "Seed of the intervals. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin private final FilterOption filters = new FilterOption();

    @Mixin private final ChatOptions chat;

    @Mixin private final OutputForm form = new OutputForm();

    EvaluateRag(Out out) {
      this.out = out;
      this.chat = new ChatOptions(out);
    }

    @Override
    public Integer call() {
      RagSettings settings =
          new RagSettings(k, filters.filter(), mode, AskCommand.adapter(adapter), questions, seed);
      PriceTable prices = chat.prices();
      List<RagQuestion> given = read();
      StopSignal stop = new StopSignal();
      try (CleanStop ending = CleanStop.install();
          chat;
          Attune attune = store.openReadOnly()) {
        ending.onStop(stop::request);
        Optional<ChatClient> model = chat.client("context recall is told by ids and texts only");
        VectorCollection target = chat.collection(attune, collection.name());
        filters.warn(target, out);
        RagEvaluation evaluation = new RagEvaluation(target, given, settings);
        RagReport report;
        if (model.isPresent()) {
          try (ChatClient client = model.get()) {
            report = judge(evaluation, client, prices, stop);
          }
        } else {
          report = evaluation.compare();
        }
        tell(report, model.isPresent());
        out.out()
            .print(
                form.of(
                    () -> new RagText(report, prices, chat.model()).write(),
                    () -> new RagJson(report, prices, chat.model()).write()));
        chat.report();
      }
      return 0;
    }

    private List<RagQuestion> read() {
      Map<String, String> answers = LabelFiles.answers(folder.resolve("queries.jsonl"));
      List<RagQuestion> read =
          LabelFiles.split(folder, split).stream()
              .map(
                  query ->
                      new RagQuestion(
                          query.id(),
                          query.text(),
                          answers.getOrDefault(query.id(), ""),
                          query.relevance()))
              .toList();
      if (read.isEmpty()) {
        throw new InvalidInputException(
            ErrorCode.TOO_FEW_LABELS, folder + ": no judged queries in " + split + ".tsv");
      }
      return read;
    }

    private RagReport judge(
        RagEvaluation evaluation, ChatClient client, PriceTable prices, StopSignal stop) {
      if (work == null) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--out is missing: name a folder for the judgements, or give --without-llm");
      }
      out.err()
          .println("estimate: about " + prices.describe(client.model(), evaluation.estimate()));
      // The number of contexts is known once the judging begins; until then the bar stands at 0.
      try (ProgressBar bar =
          new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "judging", 100)) {
        return evaluation.compare(
            new ContextRecallJudge(client),
            work,
            (done, total) ->
                bar.update(
                    total == 0 ? 100 : 100L * done / total,
                    String.format(Locale.ROOT, "%,d of %,d contexts", done, total)),
            stop);
      } finally {
        out.err().println("used: " + prices.describe(client.model(), Spending.of(client.usage())));
      }
    }

    private void tell(RagReport report, boolean judged) {
      if (!report.complete()) {
        out.err().println("stopped: run the same command again to go on");
      }
      if (judged && report.unanswered() > 0) {
        out.err()
            .println(
                "skipped %s of %s questions for the judge: their answers are not known"
                    .formatted(report.unanswered(), report.questions()));
      }
      report.failures().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .limit(SHOWN_FAILURES)
          .forEach(
              each ->
                  out.err()
                      .println(
                          "skipped question '%s': %s"
                              .formatted(
                                  PlainText.oneLine(each.getKey()),
                                  PlainText.oneLine(each.getValue()))));
      if (report.failures().size() > SHOWN_FAILURES) {
        out.err()
            .println("skipped " + (report.failures().size() - SHOWN_FAILURES) + " more questions");
      }
    }
  }
}
