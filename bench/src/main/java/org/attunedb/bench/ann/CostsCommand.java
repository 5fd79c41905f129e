package org.attunedb.bench.ann;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.attunedb.bench.ann.SearchSetting.Plan;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats;
import org.attunedb.core.search.SegmentPlan;
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
            + " compare, beside what it predicts. The constants of the model are fits of this.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CostsCommand implements Callable<Integer> {
  private static final int HITS = 10;
  private static final int[] EFS = {16, 32, 64, 128, 256};
  private static final int BATCH = 32;
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
                () -> SearchCost.table(costs) + "\n" + fits(costs),
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

  private static List<SearchSetting> settings() {
    Stream<SearchSetting> walks =
        Arrays.stream(EFS)
            .mapToObj(ef -> new SearchSetting(HITS, Plan.GRAPH, ef, 0, OptionalDouble.empty()));
    return Stream.concat(
            Stream.of(Plan.AUTO, Plan.EXACT)
                .map(plan -> new SearchSetting(HITS, plan, 0, 0, OptionalDouble.empty())),
            walks)
        .toList();
  }

  private List<SearchCost> measure(EngineName name, int n, int d) throws IOException {
    List<SearchCost> costs = new ArrayList<>();
    try (BenchmarkEngine engine = new BenchmarkEngine(name, n, d, false)) {
      List<Lane> lanes = new ArrayList<>();
      for (SearchSetting setting : settings()) {
        Lookup<?> lookup = engine.lookup(setting);
        SearchTiming.warmUp(lookup, BenchmarkEngine.QUERIES, WARM_UP_SECONDS);
        lanes.add(new Lane(setting, lookup));
      }
      // In turns, so that a busy moment of the machine strikes all alike.
      for (int round = 0; round < rounds; round++) {
        for (Lane lane : lanes) {
          lane.time(round * BATCH);
        }
      }
      for (Lane lane : lanes) {
        costs.add(lane.cost(name, n, d));
      }
    }
    return costs;
  }

  /** One setting and the lowest median of its batches so far. */
  private static final class Lane {
    private final SearchSetting setting;
    private final Lookup<?> lookup;
    private double p50 = Double.POSITIVE_INFINITY;

    Lane(SearchSetting setting, Lookup<?> lookup) {
      this.setting = setting;
      this.lookup = lookup;
    }

    void time(int from) throws IOException {
      long[] nanos = new long[BATCH];
      for (int i = 0; i < BATCH; i++) {
        long start = System.nanoTime();
        lookup.find((from + i) % BenchmarkEngine.QUERIES);
        nanos[i] = System.nanoTime() - start;
      }
      Arrays.sort(nanos);
      p50 = Math.min(p50, (double) nanos[BATCH / 2]);
    }

    SearchCost cost(EngineName engine, int n, int d) throws IOException {
      double visited = 0;
      double predicted = 0;
      SearchStats last = null;
      for (int q = 0; q < BenchmarkEngine.QUERIES; q++) {
        if (lookup.find(q) instanceof SearchResponse response) {
          last = response.stats();
          visited += last.visited();
          for (SegmentPlan segment : last.segments()) {
            predicted += SearchCost.predictedMicros(segment);
          }
        }
      }
      if (last == null) {
        throw new IOException(engine.label() + " did not say how it searched");
      }
      return new SearchCost(
          engine,
          n,
          d,
          setting.label(),
          last.plan(),
          last.ef(),
          visited / BenchmarkEngine.QUERIES,
          p50 / 1e3,
          predicted / BenchmarkEngine.QUERIES);
    }
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
                .filter(cost -> cost.setting().startsWith(way == Plan.EXACT ? "exact" : "ef="))
                .toList();
        LineFit fit =
            LineFit.of(
                ofWay.stream().mapToDouble(SearchCost::dimension).toArray(),
                ofWay.stream().mapToDouble(c -> c.p50Micros() * 1e3 / c.visited()).toArray());
        table.add(
            engine.label(),
            way == Plan.EXACT ? "scan" : "walk",
            SearchCost.number(fit.intercept()),
            "%.4f".formatted(fit.slope()));
      }
    }
    return table.toString();
  }
}
