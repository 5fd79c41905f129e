package org.attunedb.bench.study;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.terminal.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench ablation}. */
@Command(
    name = "ablation",
    description =
        "Train an adapter, take its parts away one at a time, and measure what each adds, beside"
            + " adapters of other ranks.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class AblationCommand implements Callable<Integer> {
  private static final int MAX_RANK = 512;

  private final Out out;

  @Mixin private final StudyOptions study = new StudyOptions();

  @Option(
      names = "--ranks",
      paramLabel = "N,N,...",
      defaultValue = "16,32,64,128,256",
      description =
          "Ranks to train adapters of, or none for none of them (default: ${DEFAULT-VALUE}).")
  private String ranks = Ablation.NONE;

  @Mixin private final OutputForm form = new OutputForm();

  AblationCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    List<Integer> trained = ranks();
    BeirDataset dataset = study.dataset(out);
    List<AblationRow> rows = new ArrayList<>();
    AtomicInteger variants = new AtomicInteger();
    Ablation.Result result;
    try (ProgressBar bar =
        new ProgressBar(
            out.err(),
            out.errKind(),
            Clock.systemUTC(),
            "measuring",
            Ablation.ways(trained.size()))) {
      result =
          Ablation.run(
              dataset,
              trained,
              study.seed(),
              out,
              row -> {
                if (rows.isEmpty() || !rows.getLast().variant().equals(row.variant())) {
                  bar.update(variants.incrementAndGet(), row.variant());
                }
                rows.add(row);
                out.out().print(form.of(() -> "", () -> AblationText.json(row)));
              });
    }
    out.out()
        .print(form.of(() -> AblationText.table(result, rows), () -> AblationText.json(result)));
    return 0;
  }

  private List<Integer> ranks() {
    List<Integer> parsed = new ArrayList<>();
    if (ranks.strip().equals(Ablation.NONE)) {
      return parsed;
    }
    for (String part : ranks.split(",", -1)) {
      try {
        parsed.add(Integer.parseInt(part.strip()));
      } catch (NumberFormatException e) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--ranks has '%s', expected whole numbers separated by commas, or '%s'"
                .formatted(part.strip(), Ablation.NONE),
            e);
      }
      StudyOptions.within("--ranks", parsed.getLast(), 1, MAX_RANK);
    }
    return parsed;
  }
}
