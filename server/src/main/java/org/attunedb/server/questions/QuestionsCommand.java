package org.attunedb.server.questions;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.ChatOptions;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.llm.Spending;
import org.attunedb.server.llm.StopSignal;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.workflow.CleanStop;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code attune questions}: labels made of documents. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class QuestionsCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Commands()).addSubcommand(new CommandLine(new Generate(out)));
  }

  @Command(
      name = "questions",
      description = "Make questions about documents, to train and measure an adapter with.",
      mixinStandardHelpOptions = true)
  private static final class Commands implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "what to do is missing: generate");
    }
  }

  /** Which questions are wanted; see {@link QuestionSettings}. */
  private static final class Wanted {
    @Option(
        names = "--n",
        paramLabel = "N",
        defaultValue = "200",
        description = "Most questions to keep. Default: ${DEFAULT-VALUE}.")
    private int questions;

    @Option(
        names = "--per-document",
        paramLabel = "N",
        defaultValue = "1",
        description = "Most questions about one document. Default: ${DEFAULT-VALUE}.")
    private int perDocument;

    @Option(
        names = "--style",
        paramLabel = "TEXT",
        description =
            "How the model is to phrase questions, for example 'a few keywords'. Can be given more"
                + " than once; each document gets one of them.")
    private List<String> styles = List.of();

    @Option(
        names = "--check-answers",
        description = "Ask the model again whether the document answers the question.")
    private boolean checkAnswers;

    @Option(
        names = "--max-overlap",
        paramLabel = "SHARE",
        defaultValue = "0.5",
        description =
            "Drop questions of which more stands in the document word for word, in runs of four"
                + " words, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double maxOverlap;

    @Option(
        names = "--test-share",
        paramLabel = "SHARE",
        defaultValue = "0.2",
        description =
            "Share of the documents whose questions go to qrels/test.tsv, 0 to 1. Default:"
                + " ${DEFAULT-VALUE}.")
    private double testShare;

    @Option(
        names = "--group-by",
        paramLabel = "FIELD",
        description =
            "Metadata field whose value keeps documents on one side of the split, for example"
                + " source. Default: each document by itself.")
    private @Nullable String groupBy;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "42",
        description =
            "Of the choice of documents, the split and the crops. Default: ${DEFAULT-VALUE}.")
    private long seed;

    QuestionSettings settings() {
      return QuestionSettings.of(questions)
          .withPerDocument(perDocument)
          .withStyles(styles)
          .withCheckAnswers(checkAnswers)
          .withMaxOverlap(maxOverlap)
          .withTestShare(testShare)
          .withGroupBy(groupBy)
          .withSeed(seed);
    }
  }

  @Command(
      name = "generate",
      description = {
        "Make questions about documents of a collection and write them as BEIR lays labels out.",
        "A language model writes them, or, without one, they are cut out of the documents. Cut off,",
        "the same command goes on where it was."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Generate implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "Folder for queries.jsonl, qrels/ and the record of the work.")
    private @Nullable Path folder;

    @CommandLine.ArgGroup(validate = false, heading = "Which questions:%n")
    private final Wanted wanted = new Wanted();

    @Mixin private final FilterOption filters = new FilterOption();

    @Mixin private final ChatOptions chat;

    @Option(names = "--estimate", description = "Only tell what it would cost.")
    private boolean estimateOnly;

    @Mixin private final OutputForm form = new OutputForm();

    Generate(Out out) {
      this.out = out;
      this.chat = new ChatOptions(out);
    }

    @Override
    public Integer call() {
      QuestionSettings settings = wanted.settings().withFilter(filters.filter());
      PriceTable prices = chat.prices();
      if (folder == null && !estimateOnly) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--out is missing: name a folder for the questions");
      }
      StopSignal stop = new StopSignal();
      try (CleanStop ending = CleanStop.install();
          chat;
          Attune attune = store.openReadOnly()) {
        ending.onStop(stop::request);
        VectorCollection target = attune.collection(collection.name());
        filters.warn(target, out);
        Optional<ChatClient> model =
            chat.client("questions are cut out of the documents, and none has an answer");
        if (model.isEmpty()) {
          generate(
              QuestionGenerator.withoutModel(collection.name(), target, settings),
              null,
              settings,
              prices,
              stop);
        } else {
          try (ChatClient client = model.get()) {
            generate(
                QuestionGenerator.withModel(collection.name(), target, settings, client),
                client,
                settings,
                prices,
                stop);
          }
        }
      }
      return 0;
    }

    private void generate(
        QuestionGenerator generator,
        @Nullable ChatClient model,
        QuestionSettings settings,
        PriceTable prices,
        StopSignal stop) {
      if (model != null) {
        Spending estimate = generator.estimate();
        out.err().println("estimate: about " + prices.describe(model.model(), estimate));
      } else if (estimateOnly) {
        out.err().println("estimate: nothing, as no language model is asked");
      }
      if (folder == null || estimateOnly) {
        return;
      }
      QuestionSet set;
      try (ProgressBar bar =
          new ProgressBar(
              out.err(), out.errKind(), Clock.systemUTC(), "questions", settings.questions())) {
        set =
            generator.generate(
                folder,
                progress -> bar.update(progress.kept(), QuestionReport.progress(progress)),
                stop);
      } finally {
        if (model != null) {
          out.err().println("used: " + prices.describe(model.model(), Spending.of(model.usage())));
        }
      }
      QuestionReport report = new QuestionReport(set, settings, folder);
      report.warnings().forEach(out.err()::println);
      out.out().print(form.of(report::table, () -> report.json(model, prices)));
    }
  }
}
