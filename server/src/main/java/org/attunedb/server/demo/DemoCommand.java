package org.attunedb.server.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.BeirOptions;
import org.attunedb.server.dataset.BeirReader;
import org.attunedb.server.dataset.JudgedQuery;
import org.attunedb.server.terminal.DeepMemoryFormat;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.DatasetLoader;
import org.attunedb.server.workflow.JobStatus;
import org.attunedb.server.workflow.TemporaryFolder;
import org.attunedb.server.workflow.TrainingRunner;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code attune demo}: the whole road on the bundled help centre. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class DemoCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Demo(out));
  }

  @Command(
      name = "demo",
      description =
          "Store a bundled help centre, train an adapter on its users' questions, and compare search"
              + " without and with it. Works in a temporary folder; needs no network.",
      mixinStandardHelpOptions = true)
  private static final class Demo implements Callable<Integer> {
    private static final int SHOWN = 5;

    /**
     * Three test questions: two about articles that training questions point to, one about an
     * article that none does.
     */
    private static final List<String> SAMPLES =
        List.of(
            "purser-preauthorisation-q8", "passengers-gangway-invite-q7", "berth-working-hours-q3");

    private final Out out;

    Demo(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      try (TemporaryFolder folder = TemporaryFolder.create("attune-demo-");
          Attune attune = Attune.open(folder.path().resolve("store"))) {
        BeirDataset dataset =
            new BeirReader(BeirOptions.defaults()).open(HelpCentre.extractInto(folder.path()));
        run(dataset, attune.createCollection("helpcentre", CollectionSpec.lexical()));
      }
      return 0;
    }

    private void run(BeirDataset dataset, VectorCollection articles) throws InterruptedException {
      PrintStream screen = out.out();
      screen.printf(
          "Help centre of a fictional program: %s articles in its jargon, %s + %s questions in its users' words.%n",
          dataset.documentCount(), dataset.train().size(), dataset.test().size());
      step("1. Store the articles, embedded by " + articles.spec().embedder());
      DatasetLoader.load(dataset, articles, out);

      step("2. Train a query adapter on %s questions".formatted(dataset.train().size()));
      DeepMemory memory = articles.deepMemory();
      TrainingJob job =
          TrainingRunner.train(
              memory, TrainingRequest.of(DatasetLoader.labels(dataset.train())), out);
      screen.print(DeepMemoryFormat.statusBox(JobStatus.of(job)));

      step(
          "3. Evaluate on %s other questions, without and with the adapter"
              .formatted(dataset.test().size()));
      RecallReport report =
          memory.evaluate(
              EvaluationRequest.of(DatasetLoader.labels(dataset.test()))
                  .withModes(SearchMode.VECTOR, SearchMode.HYBRID));
      screen.print(DeepMemoryFormat.evaluation(report, SearchMode.VECTOR, Subset.ALL));
      screen.println();
      screen.println(
          "Side by side; \"seen\" questions are about articles that a training question points to.");
      screen.println();
      screen.print(DeepMemoryFormat.sideBySide(report, SearchMode.VECTOR));
      step("4. Ask three of these questions");
      Set<String> trained = DatasetLoader.relevantDocuments(dataset.train());
      for (String sample : SAMPLES) {
        ask(
            articles,
            dataset.test().stream().filter(q -> q.id().equals(sample)).findFirst().orElseThrow(),
            trained);
      }
      screen.println(
          "Next: `attune bench recall --beir DIR` does the same with your own documents and questions.");
    }

    private void step(String title) {
      out.out().println();
      out.out().println(title);
      out.out().println("-".repeat(title.length()));
      out.out().flush();
    }

    private void ask(VectorCollection articles, JudgedQuery query, Set<String> trained) {
      boolean seen =
          query.relevance().grades().keySet().stream()
              .anyMatch(id -> query.relevance().isRelevant(id) && trained.contains(id));
      out.out().printf("%n\"%s\" (%s)%n", query.text(), seen ? "seen" : "unseen");
      List<SearchHit> without = search(articles, query, AdapterChoice.none());
      List<SearchHit> with = search(articles, query, AdapterChoice.active());
      TextTable table =
          TextTable.of(
              Column.number("rank"), Column.text("without adapter"), Column.text("with adapter"));
      for (int i = 0; i < SHOWN; i++) {
        table.add(Integer.toString(i + 1), cell(without, i, query), cell(with, i, query));
      }
      out.out().println(table);
    }

    private static List<SearchHit> search(
        VectorCollection articles, JudgedQuery query, AdapterChoice adapter) {
      return articles
          .search(SearchRequest.text(query.text()).k(SHOWN).adapter(adapter).build())
          .hits();
    }

    /** A title, marked if it answers the question. */
    private static String cell(List<SearchHit> hits, int index, JudgedQuery query) {
      if (index >= hits.size()) {
        return "";
      }
      SearchHit hit = hits.get(index);
      String title =
          hit.document() == null
              ? hit.id()
              : hit.document().metadata().text("title").orElse(hit.id());
      return (query.relevance().isRelevant(hit.id()) ? "* " : "  ") + title;
    }
  }
}
