package org.attunedb.server.rag;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.index.Attune;
import org.attunedb.server.cli.ChatOptions;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.llm.Passage;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.llm.PromptText;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.rag.Retriever.Retrieved;
import org.attunedb.server.terminal.PlainText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code attune ask}: an answer from a collection. Public because {@link java.util.ServiceLoader}
 * makes it.
 */
public final class AskCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Ask(out));
  }

  /** The adapter that a word on the command line chooses. */
  static AdapterChoice adapter(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "active", "on" -> AdapterChoice.active();
      case "none", "off" -> AdapterChoice.none();
      default -> AdapterChoice.version(word);
    };
  }

  @Command(
      name = "ask",
      description = {
        "Answer a question from a collection's documents, with a language model that cites them.",
        "Without a model the passages are printed."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Ask implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Option(
        names = "-k",
        paramLabel = "N",
        defaultValue = "4",
        description = "Most passages to find, 1 to 10000. Default: ${DEFAULT-VALUE}.")
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
            "on (the active version), off, or a version such as v2. Default: ${DEFAULT-VALUE}.")
    private String adapter = "";

    @Option(
        names = "--budget",
        paramLabel = "TOKENS",
        defaultValue = "3000",
        description =
            "Most tokens of passages in the prompt, estimated, 16 to 1000000. Default:"
                + " ${DEFAULT-VALUE}.")
    private int budget;

    @Mixin private final FilterOption filters = new FilterOption();

    @Mixin private final ChatOptions chat;

    @Mixin private final OutputForm form = new OutputForm();

    @Parameters(paramLabel = "QUESTION", description = "What to answer.")
    private String question = "";

    Ask(Out out) {
      this.out = out;
      this.chat = new ChatOptions(out);
    }

    @Override
    public Integer call() {
      if (question.isBlank()) {
        throw new InvalidInputException(ErrorCode.TEXT_INVALID, "the question is blank");
      }
      PriceTable prices = chat.prices();
      try (chat;
          Attune attune = store.openReadOnly()) {
        Retriever retriever =
            new Retriever(
                chat.collection(attune, collection.name()),
                k,
                filters.filter(),
                mode,
                adapter(adapter));
        Optional<ChatClient> model = chat.client("passages are all there is");
        Retrieved found = retriever.retrieve(question);
        found.warnings().forEach(warning -> out.err().println("warning: " + warning));
        if (model.isPresent()) {
          try (ChatClient client = model.get()) {
            answer(new Answerer(client, budget), found, prices);
          }
        } else {
          out.out().print(form.of(() -> passages(found), () -> json(found, null)));
        }
        chat.report();
      }
      return 0;
    }

    private void answer(Answerer answerer, Retrieved found, PriceTable prices) {
      // In JSON the answer comes whole; on a terminal as it is made.
      boolean streams = !form.isJson();
      AtomicBoolean begun = new AtomicBoolean();
      Answer answer;
      try {
        answer =
            answerer.answer(
                question,
                found.passages(),
                piece -> {
                  if (streams) {
                    begun.set(true);
                    out.out().print(PlainText.printable(piece));
                    out.out().flush();
                  }
                });
      } catch (ModelException e) {
        if (begun.get()) {
          out.out().println();
        }
        throw e;
      }
      if (streams) {
        out.out().println();
        out.out().print(sources(answer));
      } else {
        out.out().print(json(found, answer));
      }
      tell(answer, answerer, prices);
    }

    private void tell(Answer answer, Answerer answerer, PriceTable prices) {
      if (answer.leftOut() > 0) {
        out.err()
            .printf(
                "%s of %s passages fit the budget of %s tokens%s%n",
                answer.passages().size(),
                answer.passages().size() + answer.leftOut(),
                answerer.budget(),
                answer.shortened() ? ", and that one was cut" : "");
      } else if (answer.shortened()) {
        out.err().printf("the passage was cut to the budget of %s tokens%n", answerer.budget());
      }
      if (!answer.unknownCitations().isEmpty()) {
        out.err()
            .println(
                "warning: the answer cites what it was not given: "
                    + PlainText.oneLine(String.join(", ", answer.unknownCitations())));
      }
      out.err().println("used: " + prices.describe(chat.model(), answer.spending()));
    }

    private static String sources(Answer answer) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < answer.passages().size(); i++) {
        Passage passage = answer.passages().get(i);
        if (answer.citations().contains(passage.id())) {
          text.append("\n[").append(PromptText.label(i)).append("] ");
          text.append(PlainText.oneLine(passage.id())).append(": ");
          text.append(shortened(passage.text()));
        }
      }
      return text.isEmpty() ? "" : text.append('\n').toString();
    }

    private static String shortened(String text) {
      String line = PlainText.oneLine(text);
      return PlainText.truncate(line, 100);
    }

    private static String passages(Retrieved found) {
      if (found.passages().isEmpty()) {
        return "no passage found\n";
      }
      StringBuilder text = new StringBuilder();
      for (Passage passage : found.passages()) {
        text.append('[').append(PlainText.oneLine(passage.id())).append("]\n");
        text.append(PlainText.printable(passage.text().strip())).append("\n\n");
      }
      return text.toString();
    }

    private String json(Retrieved found, @Nullable Answer answer) {
      ObjectNode json = StrictJson.object().put("question", question);
      if (answer != null) {
        json.put("answer", answer.text());
        json.put("answered", answer.answered());
        var citations = json.putArray("citations");
        answer.citations().forEach(citations::add);
        var unknown = json.putArray("unknownCitations");
        answer.unknownCitations().forEach(unknown::add);
        json.put("leftOut", answer.leftOut());
        json.put("shortened", answer.shortened());
        json.set("spent", answer.spending().json());
      }
      json.put("adapter", found.adapterVersion());
      var passages = json.putArray("passages");
      List<Passage> given = answer == null ? found.passages() : answer.passages();
      for (int i = 0; i < given.size(); i++) {
        passages
            .addObject()
            .put("label", PromptText.label(i))
            .put("id", given.get(i).id())
            .put("text", given.get(i).text());
      }
      return StrictJson.pretty(json);
    }
  }
}
