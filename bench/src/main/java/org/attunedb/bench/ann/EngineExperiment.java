package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** Builds an engine and searches with every setting. Not thread-safe. */
final class EngineExperiment {
  /** How much of the bar belongs to building. */
  private static final double BUILDING = 0.5;

  private final EngineTask task;
  private final AnnFiles files;
  private final Engine engine;
  private final Progress progress;
  private final Consumer<AnnResult> results;

  /** What was warmed up: searches with a plan under a filter share their code, and no others. */
  private final Set<Warm> warm = new HashSet<>();

  private record Warm(SearchSetting.Plan plan, OptionalDouble selectivity) {}

  /** Is told how far it is. */
  @FunctionalInterface
  interface Progress {
    /**
     * Tells the progress.
     *
     * @param share 0 to 1
     * @param step what is being done
     */
    void update(double share, String step);
  }

  EngineExperiment(
      EngineTask task,
      AnnFiles files,
      Engine engine,
      Progress progress,
      Consumer<AnnResult> results) {
    this.task = task;
    this.files = files;
    this.engine = engine;
    this.progress = progress;
    this.results = results;
  }

  /** Builds, then searches with every setting of the engine. */
  void search() throws IOException, InterruptedException {
    AnnResult.Build build = build();
    Map<OptionalDouble, Truth> truths = new HashMap<>();
    List<SearchSetting> settings = engine.settings();
    for (int i = 0; i < settings.size(); i++) {
      SearchSetting setting = settings.get(i);
      progress.update(BUILDING + (1 - BUILDING) * i / settings.size(), setting.label());
      Truth truth =
          truths.computeIfAbsent(
              setting.selectivity(),
              filter ->
                  filter.isEmpty() ? files.truth() : files.truth(setting.k(), setting::accepts));
      measure(setting, truth, build, Map.of());
    }
  }

  /** Searches an index that was built before, counting what comes from the disk. */
  void reopened() throws IOException, InterruptedException {
    AnnResult.Build build =
        new AnnResult.Build(
            0,
            OptionalDouble.empty(),
            engine.diskBytes(),
            OptionalLong.of(ProcessFigures.heapBytes()));
    List<SearchSetting> settings = task.walks();
    for (int i = 0; i < settings.size(); i++) {
      SearchSetting setting = settings.get(i);
      progress.update((double) i / settings.size(), setting.label());
      Lookup<?> lookup = engine.lookup(files.queries(), setting);
      // Also fills the page cache as far as it may grow.
      double recall = files.truth().recall(lookup, setting.k());
      SearchTiming.warmUp(lookup, files.queries().length, task.search().warmup());
      long before = ProcessFigures.bytesRead().orElse(0);
      SearchTiming timing = SearchTiming.of(lookup, files.queries().length, task.search());
      long searches =
          (long) files.queries().length * task.search().rounds() * task.search().threads();
      long bytes = ProcessFigures.bytesRead().orElse(0) - before;
      report(setting, build, recall, timing, Map.of("bytes_read_per_query", bytes / searches));
    }
  }

  /** Takes the vectors in, timed. */
  AnnResult.Build build() throws IOException {
    int rows = files.base().rows();
    long heap = ProcessFigures.heapBytes();
    double cpu = ProcessFigures.cpuSeconds();
    long start = System.nanoTime();
    engine.build(files.base(), done -> progress.update(BUILDING * done / (rows + 1), "building"));
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuSeconds = ProcessFigures.cpuSeconds() - cpu;
    return new AnnResult.Build(
        seconds,
        OptionalDouble.of(cpuSeconds),
        engine.diskBytes(),
        OptionalLong.of(Math.max(0, ProcessFigures.heapBytes() - heap)));
  }

  /**
   * One setting: recall, which also warms it up, then the timing.
   *
   * @param more further parameters
   */
  void measure(SearchSetting setting, Truth truth, AnnResult.Build build, Map<String, Object> more)
      throws IOException, InterruptedException {
    Lookup<?> lookup = engine.lookup(files.queries(), setting);
    if (warm.add(new Warm(setting.plan(), setting.selectivity()))) {
      SearchTiming.warmUp(lookup, files.queries().length, task.search().warmup());
    }
    double recall = truth.recall(lookup, setting.k());
    report(
        setting,
        build,
        recall,
        SearchTiming.of(lookup, files.queries().length, task.search()),
        more);
  }

  private void report(
      SearchSetting setting,
      AnnResult.Build build,
      double recall,
      SearchTiming timing,
      Map<String, Object> more)
      throws IOException {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("k", setting.k());
    parameters.put("plan", setting.plan().name().toLowerCase(Locale.ROOT));
    if (setting.plan() == SearchSetting.Plan.GRAPH) {
      parameters.put("ef", setting.ef());
    }
    if (setting.plan() == SearchSetting.Plan.TARGET) {
      parameters.put("target_recall", setting.target());
    }
    setting.selectivity().ifPresent(value -> parameters.put("filter_selectivity", value));
    parameters.put("threads", task.search().threads());
    parameters.put("m", task.graph().m());
    parameters.put("ef_construction", task.graph().efConstruction());
    parameters.put("similarity", task.similarity().name().toLowerCase(Locale.ROOT));
    parameters.putAll(more);
    results.accept(
        new AnnResult(
            task.engine().label(),
            files.base().rows(),
            files.base().width(),
            parameters,
            build,
            ProcessFigures.rssBytes(),
            recall,
            timing));
  }

  void update(double share, String step) {
    progress.update(share, step);
  }
}
