package org.attunedb.bench.ingest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.ingest.IngestEvent;
import org.attunedb.server.ingest.IngestListener;
import org.attunedb.server.ingest.IngestOptions;
import org.attunedb.server.ingest.Ingestion;
import org.attunedb.server.ingest.SourceReport;
import org.attunedb.server.ingest.gather.GatherOptions;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench ingest}. */
@Command(
    name = "ingest",
    description =
        "Measure gathering, splitting, embedding and storing a site on this machine, and a second run with nothing changed.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class IngestBenchCommand implements Callable<Integer> {
  private static final int MOST_PAGES = 1_000_000;

  private final Out out;

  @Option(
      names = "--pages",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Pages of the site. Default: ${DEFAULT-VALUE}.")
  private int pages;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What the pages are made of. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private final OutputForm form = new OutputForm();

  /** A command that writes its answer to stdout and progress to stderr. */
  public IngestBenchCommand(Out out) {
    this.out = out;
  }

  /**
   * A run, from opening the store to closing it.
   *
   * @param processor seconds of the processors, those of the site included; depends less on what
   *     else the machine does
   */
  private record Run(double seconds, double processor, int requests, SourceReport report) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (pages < 1 || pages > MOST_PAGES) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--pages is %s, expected 1 to %s".formatted(pages, MOST_PAGES));
    }
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-ingest");
        SyntheticSite site = new SyntheticSite(pages, seed)) {
      Run first = run("first run", folder.path(), site);
      Run second = run("second run", folder.path(), site);
      out.out().print(form.of(() -> table(site, first, second), () -> json(site, first, second)));
    }
    return 0;
  }

  private Run run(String title, Path folder, SyntheticSite site) throws InterruptedException {
    IngestOptions options =
        IngestOptions.defaults()
            .withGather(
                GatherOptions.defaults().toBuilder()
                    .maxPages(MOST_PAGES)
                    .delay(Duration.ZERO)
                    .build())
            .withJournals(folder.resolve("journals"));
    long start = System.nanoTime();
    double processor = processorSeconds();
    SourceReport report;
    try (ProgressBar bar =
            new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), title, pages);
        Attune attune = Attune.open(folder.resolve("store"))) {
      IngestListener listener =
          event -> {
            if (event instanceof IngestEvent.Visited visited) {
              bar.update(visited.visited(), "");
            }
          };
      report =
          new Ingestion(collection(attune), options)
              .run(List.of(site.address()), listener)
              .getFirst();
    }
    return new Run(
        (System.nanoTime() - start) / 1e9,
        processorSeconds() - processor,
        site.takeRequests(),
        report);
  }

  /** Of this process so far. */
  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private static VectorCollection collection(Attune attune) {
    return attune.collections().isEmpty()
        ? attune.createCollection("docs", CollectionSpec.lexical())
        : attune.collection("docs");
  }

  private static String table(SyntheticSite site, Run first, Run second) {
    TextTable table =
        TextTable.of(Column.text("measured"), Column.number("first"), Column.number("second"));
    table.add("seconds", seconds(first.seconds()), seconds(second.seconds()));
    table.add("processor seconds", seconds(first.processor()), seconds(second.processor()));
    table.add("requests", number(first.requests()), number(second.requests()));
    table.add("pages", number(first.report().pages()), number(second.report().pages()));
    table.add("documents", number(first.report().documents()), number(second.report().documents()));
    table.add(
        "documents written and embedded",
        number(first.report().written()),
        number(second.report().written()));
    table.add(
        "part of the first run's time",
        "",
        String.format(Locale.ROOT, "%.1f %%", 100 * second.seconds() / first.seconds()));
    table.add("bytes of HTML", number(site.bytes()), "");
    return table.toString();
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String json(SyntheticSite site, Run first, Run second) {
    return StrictJson.object()
            .put("firstSeconds", first.seconds())
            .put("secondSeconds", second.seconds())
            .put("firstProcessorSeconds", first.processor())
            .put("secondProcessorSeconds", second.processor())
            .put("firstRequests", first.requests())
            .put("secondRequests", second.requests())
            .put("pages", first.report().pages())
            .put("documents", first.report().documents())
            .put("firstWritten", first.report().written())
            .put("secondWritten", second.report().written())
            .put("bytes", site.bytes())
        + "\n";
  }
}
