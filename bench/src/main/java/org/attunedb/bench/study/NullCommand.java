package org.attunedb.bench.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench null}. */
@Command(
    name = "null",
    description =
        "Train on labels whose documents were dealt to other queries, and count how often an"
            + " adapter is published all the same. Exits with 1 if that is surely more than 5 %%.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class NullCommand implements Callable<Integer> {
  private static final int MAX_RUNS = 100_000;
  private static final int REFUTED = 1;

  private final Out out;

  @Mixin private final StudyOptions study = new StudyOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "200",
      description = "Trainings (default: ${DEFAULT-VALUE}).")
  private int runs = 200;

  @Option(
      names = "--labels",
      paramLabel = "N",
      defaultValue = "300",
      description =
          "Training queries that each run draws; all if there are fewer"
              + " (default: ${DEFAULT-VALUE}).")
  private int labels = 300;

  @Mixin private final OutputForm form = new OutputForm();

  NullCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    StudyOptions.within("--runs", runs, 1, MAX_RUNS);
    StudyOptions.within("--labels", labels, 2, Integer.MAX_VALUE);
    BeirDataset dataset = study.dataset(out);
    int drawn = Math.min(labels, dataset.train().size());
    if (drawn < 2) {
      throw new InvalidInputException(
          ErrorCode.LABELS_INVALID,
          dataset.name() + ": there is one training query, expected at least 2 to deal anew");
    }
    List<NullStudy.Run> all;
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "training", runs)) {
      all =
          NullStudy.run(
              dataset,
              runs,
              drawn,
              study.seed(),
              out,
              run -> {
                out.out().print(form.of(() -> "", () -> json(run)));
                bar.update(run.run() + 1, run.decision().outcome().name().toLowerCase(Locale.ROOT));
              });
    }
    NullSummary summary = NullSummary.of(all, drawn);
    out.out().print(form.of(() -> table(summary), () -> json(summary)));
    return summary.refuted() ? REFUTED : 0;
  }

  private static String json(NullStudy.Run run) {
    ObjectNode json =
        StrictJson.object()
            .put("kind", "run")
            .put("run", run.run())
            .put("published", run.decision().published())
            .put("outcome", run.decision().outcome().name().toLowerCase(Locale.ROOT))
            .put("reason", run.decision().reason())
            .put("seconds", run.seconds());
    return json + "\n";
  }

  private static String json(NullSummary summary) {
    ObjectNode json =
        StrictJson.object()
            .put("kind", "summary")
            .put("runs", summary.runs())
            .put("labels", summary.labels())
            .put("published", summary.published())
            .put("share", summary.share())
            .put("low", summary.interval().low())
            .put("high", summary.interval().high())
            .put("asked", NullSummary.ASKED)
            .put("refuted", summary.refuted())
            .put("secondsPerRun", summary.secondsPerRun());
    ObjectNode outcomes = json.putObject("outcomes");
    summary.outcomes().forEach(outcomes::put);
    return json + "\n";
  }

  private static String table(NullSummary summary) {
    TextTable table = TextTable.of(Column.text("shuffled labels"), Column.number("value"));
    table.add(
        String.format(Locale.ROOT, "runs of %,d labels", summary.labels()),
        Integer.toString(summary.runs()));
    summary.outcomes().forEach((name, count) -> table.add("  " + name, count.toString()));
    table.add("share published", percent(summary.share()));
    table.add(
        "  exact 95 % interval",
        percent(summary.interval().low()) + " .. " + percent(summary.interval().high()));
    table.add("  asked", "at most " + percent(NullSummary.ASKED));
    table.add("seconds per run", String.format(Locale.ROOT, "%.1f", summary.secondsPerRun()));
    return table.toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
