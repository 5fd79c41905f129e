package org.attunedb.bench.ann;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.attunedb.bench.ann.SearchSetting.Plan;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench ann costs}. */
@Command(
    name = "costs",
    description =
        "Measure what the planner's cost model describes: time for each vector that a scan and a walk"
            + " compare, beside what it predicts. The fits are of the whole time: what all searches"
            + " have in common, and rescoring, is in them, and not in the constants of the model.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CostsCommand implements Callable<Integer> {
  private static final int HITS = 10;
  private static final int[] EFS = {16, 32, 64, 128, 256};
  private static final double WARM_UP_SECONDS = 1;

  private final Out out;

  @Option(
      names = "--n",
      paramLabel = "N",
      split = ",",
      defaultValue = "20000",
      description = "Numbers of vectors. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--d",
      paramLabel = "N",
      split = ",",
      defaultValue = "128,384,768,1536",
      description = "Dimensions. Default: ${DEFAULT-VALUE}.")
  private List<Integer> dimensions = List.of();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "attune_float32",
      description = "One or more of Attune's formats. Default: ${DEFAULT-VALUE}.")
  private List<EngineName> engines = List.of();

  @Option(
      names = "--filter-selectivity",
      paramLabel = "PART",
      split = ",",
      description = "Also under filters that let so much through, 0.0001 to 1. Default: none.")
  private List<Double> selectivities = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "40",
      description =
          "How often all settings take turns; the lowest median of each counts."
              + " Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Mixin private final OutputForm form = new OutputForm();

  CostsCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    AnnOptions.within("--rounds", rounds, 1, 1_000_000);
    sizes.forEach(n -> AnnOptions.within("--n", n, 1, 500_000_000));
    selectivities.forEach(Attributes::requireSelectivity);
    engines.forEach(CostsCommand::requireAttune);
    List<SearchCost> costs = new ArrayList<>();
    long total = (long) engines.size() * sizes.size() * dimensions.size();
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "measuring", total)) {
      long done = 0;
      for (EngineName engine : engines) {
        for (int n : sizes) {
          for (int d : dimensions) {
            bar.update(done++, engine.label() + " " + n + " x " + d);
            costs.addAll(measure(engine, n, d));
          }
        }
      }
      bar.update(done, "");
    }
    out.out()
        .print(
            form.of(
                () ->
                    SearchCost.table(costs) + "\n" + CostChoices.table(costs) + "\n" + fits(costs),
                () -> String.join("", costs.stream().map(cost -> cost.toJson() + "\n").toList())));
    return 0;
  }

  private static void requireAttune(EngineName engine) {
    if (!engine.isAttune()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--engine is " + engine.label() + ", expected one of Attune's formats");
    }
  }

  private List<SearchSetting> settings() {
    return Stream.concat(
            Stream.of(OptionalDouble.empty()), selectivities.stream().map(OptionalDouble::of))
        .flatMap(CostsCommand::settings)
        .toList();
  }

  private static Stream<SearchSetting> settings(OptionalDouble selectivity) {
    Stream<SearchSetting> walks =
        Arrays.stream(EFS).mapToObj(ef -> new SearchSetting(HITS, Plan.GRAPH, ef, 0, selectivity));
    return Stream.concat(
        Stream.of(Plan.AUTO, Plan.EXACT)
            .map(plan -> new SearchSetting(HITS, plan, 0, 0, selectivity)),
        walks);
  }

  private List<SearchCost> measure(EngineName name, int n, int d) throws IOException {
    try (BenchmarkEngine engine = new BenchmarkEngine(name, n, d, !selectivities.isEmpty())) {
      List<CostLane> lanes = new ArrayList<>();
      for (SearchSetting setting : settings()) {
        Lookup<?> lookup = engine.lookup(setting);
        SearchTiming.warmUp(lookup, BenchmarkEngine.QUERIES, WARM_UP_SECONDS);
        lanes.add(new CostLane(setting, lookup));
      }
      // In turns, so that a busy moment of the machine strikes all alike.
      for (int round = 0; round < rounds; round++) {
        for (CostLane lane : lanes) {
          lane.time();
        }
      }
      return costs(lanes, name, n, d);
    }
  }

  private static List<SearchCost> costs(List<CostLane> lanes, EngineName name, int n, int d)
      throws IOException {
    Map<OptionalDouble, Set<?>[]> truths = new HashMap<>();
    for (CostLane lane : lanes) {
      if (lane.isExact()) {
        truths.put(lane.selectivity(), lane.found());
      }
    }
    List<SearchCost> costs = new ArrayList<>();
    for (CostLane lane : lanes) {
      Set<?>[] truth = Objects.requireNonNull(truths.get(lane.selectivity()));
      costs.add(lane.cost(name, n, d, truth));
    }
    return costs;
  }

  /** Nanoseconds of a vector as a + b d, the time of a whole search divided by its vectors. */
  private String fits(List<SearchCost> costs) {
    TextTable table =
        TextTable.of(
            Column.text("engine"),
            Column.text("way"),
            Column.number("ns for each vector"),
            Column.number("and for each of its components"));
    for (EngineName engine : engines) {
      for (Plan way : List.of(Plan.EXACT, Plan.GRAPH)) {
        List<SearchCost> ofWay =
            costs.stream()
                .filter(cost -> cost.engine() == engine)
                .filter(cost -> cost.setting().selectivity().isEmpty())
                .filter(cost -> cost.setting().plan() == way)
                .toList();
        LineFit fit =
            LineFit.of(
                ofWay.stream().mapToDouble(SearchCost::dimension).toArray(),
                ofWay.stream().mapToDouble(c -> c.p50Micros() * 1e3 / c.visited()).toArray());
        table.add(
            engine.label(),
            way == Plan.EXACT ? "scan" : "walk",
            SearchCost.number(fit.intercept()),
            String.format(Locale.ROOT, "%.4f", fit.slope()));
      }
    }
    return table.toString();
  }
}
