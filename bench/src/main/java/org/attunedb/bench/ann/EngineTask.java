package org.attunedb.bench.ann;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.attunedb.bench.ann.SearchSetting.Plan;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;

/**
 * What one process measures.
 *
 * @param engine the engine
 * @param experiment what is done with it
 * @param files the vectors
 * @param similarity how they are compared
 * @param folder an empty folder for the index
 * @param k hits wanted
 * @param efs candidates of walks
 * @param targets recalls that Attune is to choose its ef for; may be empty
 * @param selectivities of filters; empty for none
 * @param search threads, rounds and warm-up
 * @param graph how graphs are built
 */
record EngineTask(
    EngineName engine,
    Experiment experiment,
    Files files,
    Similarity similarity,
    Path folder,
    int k,
    List<Integer> efs,
    List<Double> targets,
    List<Double> selectivities,
    Timing search,
    Graph graph) {
  EngineTask {
    efs = List.copyOf(efs);
    targets = List.copyOf(targets);
    selectivities = List.copyOf(selectivities);
  }

  /** What is done with an engine. */
  enum Experiment {
    /** Built, then searched with every setting. */
    SEARCH,
    /** Searched, 30 % deleted, searched, then rounds of deletion and compaction. */
    DELETES,
    /** Built and left on disk. */
    BUILT,
    /** Opened as it lies on disk and searched, with the bytes read counted. */
    REOPENED
  }

  /**
   * The vectors.
   *
   * @param base fvecs, what is searched
   * @param queries fvecs
   * @param truth ivecs, the nearest base rows of every query
   */
  record Files(Path base, Path queries, Path truth) {}

  /**
   * How searches are timed.
   *
   * @param threads that search at the same time
   * @param rounds over all queries; the one with the lowest median counts
   * @param warmup seconds of searching before anything counts
   */
  record Timing(int threads, int rounds, double warmup) {}

  /**
   * How graphs are built.
   *
   * @param m HNSW's M
   * @param efConstruction candidates while a node is connected
   */
  record Graph(int m, int efConstruction) {}

  /** This task on another engine, in a folder of its own. */
  EngineTask on(EngineName other, Path otherFolder) {
    return new EngineTask(
        other,
        experiment,
        files,
        similarity,
        otherFolder,
        k,
        efs,
        targets,
        selectivities,
        search,
        graph);
  }

  /** Walks with every ef, for every filter; ef is raised to k where it is lower. */
  List<SearchSetting> walks() {
    List<SearchSetting> settings = new ArrayList<>();
    for (OptionalDouble selectivity : filters()) {
      efs.stream()
          .map(ef -> new SearchSetting(k, Plan.GRAPH, Math.max(ef, k), 0, selectivity))
          .distinct()
          .forEach(settings::add);
    }
    return settings;
  }

  /** Every recall that the engine is to aim at, for every filter. */
  List<SearchSetting> aims() {
    List<SearchSetting> settings = new ArrayList<>();
    for (OptionalDouble selectivity : filters()) {
      targets.forEach(
          target -> settings.add(new SearchSetting(k, Plan.TARGET, 0, target, selectivity)));
    }
    return settings;
  }

  /** Every filter with a plan that has no ef. */
  List<SearchSetting> each(Plan plan) {
    return filters().stream().map(filter -> new SearchSetting(k, plan, 0, 0, filter)).toList();
  }

  private List<OptionalDouble> filters() {
    return selectivities.isEmpty()
        ? List.of(OptionalDouble.empty())
        : selectivities.stream().map(OptionalDouble::of).toList();
  }

  String toJson() {
    ObjectNode json =
        StrictJson.object()
            .put("engine", engine.name())
            .put("experiment", experiment.name())
            .put("base", files.base().toString())
            .put("queries", files.queries().toString())
            .put("truth", files.truth().toString())
            .put("similarity", similarity.name())
            .put("folder", folder.toString())
            .put("k", k)
            .put("threads", search.threads())
            .put("rounds", search.rounds())
            .put("warmup", search.warmup())
            .put("m", graph.m())
            .put("efConstruction", graph.efConstruction());
    ArrayNode efList = json.putArray("efs");
    efs.forEach(efList::add);
    ArrayNode targetList = json.putArray("targets");
    targets.forEach(targetList::add);
    ArrayNode selectivityList = json.putArray("selectivities");
    selectivities.forEach(selectivityList::add);
    return json.toString();
  }

  static EngineTask ofJson(String text) {
    ObjectNode json = StrictJson.readObject(text, "task");
    List<Integer> efs = new ArrayList<>();
    json.path("efs").forEach(ef -> efs.add(ef.intValue()));
    List<Double> targets = new ArrayList<>();
    json.path("targets").forEach(value -> targets.add(value.doubleValue()));
    List<Double> selectivities = new ArrayList<>();
    json.path("selectivities").forEach(value -> selectivities.add(value.doubleValue()));
    return new EngineTask(
        EngineName.valueOf(text(json, "engine")),
        Experiment.valueOf(text(json, "experiment")),
        new Files(path(json, "base"), path(json, "queries"), path(json, "truth")),
        Similarity.valueOf(text(json, "similarity")),
        path(json, "folder"),
        json.path("k").intValue(),
        efs,
        targets,
        selectivities,
        new Timing(
            json.path("threads").intValue(),
            json.path("rounds").intValue(),
            json.path("warmup").doubleValue()),
        new Graph(json.path("m").intValue(), json.path("efConstruction").intValue()));
  }

  private static Path path(JsonNode json, String member) {
    return Path.of(text(json, member));
  }

  private static String text(JsonNode json, String member) {
    return json.path(member).textValue();
  }
}
