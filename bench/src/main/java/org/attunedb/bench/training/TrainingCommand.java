package org.attunedb.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench train}. */
@Command(
    name = "train",
    description =
        "Train on synthetic vectors of a chosen size, and measure the time and the memory that it"
            + " takes.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class TrainingCommand implements Callable<Integer> {
  private static final int MOST = 10_000_000;

  private final Out out;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Queries, each about one document. Default: ${DEFAULT-VALUE}.")
  private int pairs;

  @Option(
      names = "--dimension",
      paramLabel = "N",
      defaultValue = "768",
      description = "Components of a vector. Default: ${DEFAULT-VALUE}.")
  private int dimension;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Documents of the collection. Default: ${DEFAULT-VALUE}.")
  private int documents;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Of every random choice. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private final OutputForm form = new OutputForm();

  /** A command that writes its answer to stdout and progress to stderr. */
  public TrainingCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    TrainingScale scale =
        new TrainingScale(
            within("--pairs", pairs, 1, MOST),
            within("--dimension", dimension, 1, Embedding.MAX_DIMENSION),
            within("--documents", documents, 1, MOST),
            seed);
    TrainingCost cost = new TrainingBenchmark(scale, out).run();
    out.out().print(form.of(() -> table(scale, cost), () -> json(scale, cost)));
    return 0;
  }

  private static int within(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
    return value;
  }

  private static String table(TrainingScale scale, TrainingCost cost) {
    TextTable table = TextTable.of(Column.text("measured"), Column.number("value"));
    table.add("pairs", String.valueOf(scale.pairs()));
    table.add("dimension", String.valueOf(scale.dimension()));
    table.add("documents", String.valueOf(scale.documents()));
    table.add("training, s", decimal(cost.seconds()));
    table.add("  processor time, s", decimal(cost.cpuSeconds()));
    table.add("most memory of the process, MiB", mebibytes(cost.peakRssBytes()));
    table.add("most Java heap, MiB", mebibytes(OptionalLong.of(cost.peakHeapBytes())));
    return table + "gate: " + cost.decision().reason() + System.lineSeparator();
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String mebibytes(OptionalLong bytes) {
    return bytes.isEmpty() ? "unknown" : String.valueOf(bytes.getAsLong() >> 20);
  }

  private static String json(TrainingScale scale, TrainingCost cost) {
    ObjectNode json = StrictJson.object();
    json.put("pairs", scale.pairs())
        .put("dimension", scale.dimension())
        .put("documents", scale.documents())
        .put("seed", scale.seed())
        .put("trainSeconds", cost.seconds())
        .put("cpuSeconds", cost.cpuSeconds());
    if (cost.peakRssBytes().isPresent()) {
      json.put("peakRssBytes", cost.peakRssBytes().getAsLong());
    } else {
      json.putNull("peakRssBytes");
    }
    json.put("peakHeapBytes", cost.peakHeapBytes())
        .put("published", cost.decision().published())
        .put("reason", cost.decision().reason());
    return StrictJson.pretty(json);
  }
}
