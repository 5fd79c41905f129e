package org.attunedb.bench.study;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.terminal.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench curve}. */
@Command(
    name = "curve",
    description =
        "Measure how the gain grows with the number of labels, beside re-implemented recipes of"
            + " others on the same labels.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CurveCommand implements Callable<Integer> {
  private static final int MAX_DRAWS = 1_000;
  private static final String ALL = "all";

  private final Out out;

  @Mixin private final StudyOptions study = new StudyOptions();

  @Option(
      names = "--sizes",
      paramLabel = "N,N,...",
      defaultValue = "25,50,100,200,400,all",
      description =
          "Numbers of training queries; all for as many as there are. Larger ones are left out"
              + " (default: ${DEFAULT-VALUE}).")
  private String sizes = ALL;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "10",
      description = "Random choices of labels for each size (default: ${DEFAULT-VALUE}).")
  private int draws = 10;

  @Mixin private final OutputForm form = new OutputForm();

  CurveCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    StudyOptions.within("--draws", draws, 1, MAX_DRAWS);
    List<Integer> requested = requested();
    BeirDataset dataset = study.dataset(out);
    List<Integer> measured = possible(requested, dataset);
    int methods = 2 + Rival.all().size();
    long total = (long) measured.size() * draws * methods;
    AtomicLong done = new AtomicLong();
    List<CurvePoint> points;
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "measuring", total)) {
      points =
          LearningCurve.run(
              dataset,
              measured,
              draws,
              study.seed(),
              out,
              draw -> {
                out.out().print(form.of(() -> "", () -> CurveText.json(draw)));
                bar.update(done.incrementAndGet(), draw.labels() + " labels, " + draw.method());
              });
    }
    out.out()
        .print(
            form.of(
                () -> CurveText.table(points),
                () -> String.join("", points.stream().map(CurveText::json).toList())));
    return 0;
  }

  /** Numbers of labels, with {@link Integer#MAX_VALUE} for all of them. */
  private List<Integer> requested() {
    List<Integer> requested = new ArrayList<>();
    for (String part : sizes.split(",", -1)) {
      String size = part.strip();
      try {
        requested.add(size.equals(ALL) ? Integer.MAX_VALUE : Integer.parseInt(size));
      } catch (NumberFormatException e) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--sizes has '%s', expected whole numbers and '%s', separated by commas"
                .formatted(size, ALL),
            e);
      }
      StudyOptions.within("--sizes", requested.getLast(), 1, Integer.MAX_VALUE);
    }
    return requested;
  }

  private List<Integer> possible(List<Integer> requested, BeirDataset dataset) {
    int available = dataset.train().size();
    TreeSet<Integer> possible = new TreeSet<>();
    TreeSet<Integer> beyond = new TreeSet<>();
    for (int size : requested) {
      if (size == Integer.MAX_VALUE) {
        possible.add(available);
      } else {
        (size <= available ? possible : beyond).add(size);
      }
    }
    if (possible.isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--sizes is %s, expected a number up to the %s training queries of %s"
              .formatted(sizes, available, dataset.name()));
    }
    if (!beyond.isEmpty()) {
      out.err().println("left out: sizes " + beyond + ", there are " + available + " queries");
    }
    return List.copyOf(possible);
  }
}
