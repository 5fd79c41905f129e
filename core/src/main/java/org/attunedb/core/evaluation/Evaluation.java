package org.attunedb.core.evaluation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * Collects rankings of the same queries, searched in several ways, and turns them into a {@link
 * RecallReport}. Takes a few bytes for every hit within the {@link #depth}. Not thread-safe.
 */
public final class Evaluation {
  static final double CONFIDENCE = 0.95;

  private final List<EvaluatedQuery> queries;
  private final List<Metric> metrics;
  private final ReportSettings settings;
  private final long seed;
  private final int depth;
  private final DocumentNumbers documents = new DocumentNumbers();
  private final Members members;
  private final Set<SearchMode> untouched = EnumSet.noneOf(SearchMode.class);
  private final Map<SearchMode, SearchedWay> base = new EnumMap<>(SearchMode.class);
  private final Map<SearchMode, SearchedWay> adapted = new EnumMap<>(SearchMode.class);

  /**
   * Starts an evaluation.
   *
   * @param queries what is asked
   * @param metrics what to compute
   * @param settings what else to work out
   * @param seed of the bootstrap
   */
  public Evaluation(
      List<EvaluatedQuery> queries, List<Metric> metrics, ReportSettings settings, long seed) {
    this.queries = List.copyOf(queries);
    this.metrics = List.copyOf(metrics);
    this.settings = settings;
    this.seed = seed;
    this.depth = depth(metrics, settings);
    this.members = new Members(this.queries);
  }

  /** How many hits these figures look at. */
  public static int depth(List<Metric> metrics, ReportSettings settings) {
    return Math.max(settings.costK(), metrics.stream().mapToInt(Metric::k).max().orElse(1));
  }

  /** Begins a way to search, to which a ranking for every query must be added. */
  public void begin(SearchMode mode, boolean withAdapter) {
    (withAdapter ? adapted : base).put(mode, new SearchedWay(documents, queries.size(), depth));
  }

  /** Notes that searches of a mode leave the adapter out. */
  public void untouched(SearchMode mode) {
    untouched.add(mode);
  }

  /**
   * Adds the ranking of one query in a way to search that was begun.
   *
   * @param mode the search mode
   * @param withAdapter whether the adapter was applied
   * @param query index of the query
   * @param ranking ids best first; what stands beyond the depth counts as not found in curves,
   *     ranks and costs
   * @throws IllegalArgumentException if that query has a ranking in this way already
   * @throws IllegalStateException if the way was not begun
   */
  public void add(SearchMode mode, boolean withAdapter, int query, List<String> ranking) {
    SearchedWay way = (withAdapter ? adapted : base).get(mode);
    if (way == null) {
      throw new IllegalStateException("mode " + mode + " was not begun");
    }
    way.put(query, ranking, queries.get(query), metrics);
  }

  /** Adds the rankings of all queries in one way to search, in the order of the queries. */
  public void add(SearchMode mode, boolean withAdapter, List<List<String>> rankings) {
    if (rankings.size() != queries.size()) {
      throw new IllegalArgumentException(
          "got " + rankings.size() + " rankings for " + queries.size() + " queries");
    }
    begin(mode, withAdapter);
    for (int q = 0; q < rankings.size(); q++) {
      add(mode, withAdapter, q, rankings.get(q));
    }
  }

  /** The report over everything that was added, for searches without any adapter in force. */
  public RecallReport report(Duration embeddingTime) {
    return report(embeddingTime, null, id -> null);
  }

  /**
   * The report over everything that was added.
   *
   * @param embeddingTime wall time of embedding the queries
   * @param adapterVersion the adapter that was applied; null if none was, so that there is nothing
   *     to explain or to save
   * @param texts the texts of the hits
   * @throws IllegalStateException if a way to search lacks some of the queries
   */
  public RecallReport report(
      Duration embeddingTime, @Nullable String adapterVersion, DocumentTexts texts) {
    requireComplete(base);
    requireComplete(adapted);
    List<Row> rows = new ArrayList<>();
    List<RecallCurve> curves = new ArrayList<>();
    for (SearchMode mode : SearchMode.values()) {
      for (Subset subset : Subset.values()) {
        addMeans(mode, false, subset, base.get(mode), rows, curves);
        addMeans(mode, true, subset, adapted.get(mode), rows, curves);
      }
    }
    int counted = members.size(Subset.ALL);
    int unjudged = (int) queries.stream().filter(q -> q.relevance().relevantCount() == 0).count();
    List<Comparison> compared = compared();
    List<RankChange> changes = changes(compared);
    return new RecallReport(
        counted,
        queries.size() - counted,
        queries.size() - counted - unjudged,
        depth,
        adapterVersion,
        untouched,
        embeddingTime,
        rows,
        deltas(compared),
        curves,
        changes,
        adapterVersion == null ? List.of() : movers(compared, changes, texts),
        adapterVersion == null ? List.of() : costs(compared, texts));
  }

  private static void requireComplete(Map<SearchMode, SearchedWay> ways) {
    ways.forEach(
        (mode, way) -> {
          if (!way.isComplete()) {
            throw new IllegalStateException("some queries have no ranking in mode " + mode);
          }
        });
  }

  private void addMeans(
      SearchMode mode,
      boolean withAdapter,
      Subset subset,
      @Nullable SearchedWay way,
      List<Row> rows,
      List<RecallCurve> curves) {
    if (way == null) {
      return;
    }
    rows.add(row(mode, withAdapter, subset, way));
    if (members.size(subset) > 0) {
      List<Double> recall =
          IntStream.rangeClosed(1, depth)
              .mapToObj(k -> members.values(subset, q -> way.recall(q, k)).average().orElseThrow())
              .toList();
      curves.add(new RecallCurve(mode, withAdapter, subset, recall));
    }
  }

  private Row row(SearchMode mode, boolean withAdapter, Subset subset, SearchedWay way) {
    Map<Metric, Double> means = new LinkedHashMap<>();
    for (int m = 0; m < metrics.size() && members.size(subset) > 0; m++) {
      int metric = m;
      means.put(
          metrics.get(m),
          members.values(subset, q -> way.value(q, metric)).average().orElseThrow());
    }
    return new Row(mode, withAdapter, subset, members.size(subset), means);
  }

  /** The modes that were searched without and with the adapter. */
  private List<Comparison> compared() {
    List<Comparison> compared = new ArrayList<>();
    base.forEach(
        (mode, before) -> {
          SearchedWay after = adapted.get(mode);
          if (after != null) {
            compared.add(new Comparison(mode, before, after));
          }
        });
    return compared;
  }

  /** In parallel, because most of the time of a report goes into resampling. */
  private List<Delta> deltas(List<Comparison> compared) {
    List<Supplier<Delta>> deltas = new ArrayList<>();
    for (Comparison comparison : compared) {
      for (Subset subset : members.nonEmpty()) {
        for (int m = 0; m < metrics.size(); m++) {
          int metric = m;
          deltas.add(() -> delta(comparison, subset, metric));
        }
      }
    }
    return deltas.parallelStream().map(Supplier::get).toList();
  }

  private Delta delta(Comparison comparison, Subset subset, int metric) {
    double[] differences =
        members
            .values(
                subset,
                q -> comparison.after().value(q, metric) - comparison.before().value(q, metric))
            .toArray();
    PairedBootstrap interval =
        PairedBootstrap.of(differences, CONFIDENCE, PairedBootstrap.DEFAULT_DRAWS, seed);
    SignTest sign = SignTest.of(differences);
    return new Delta(
        comparison.mode(),
        subset,
        metrics.get(metric),
        interval.mean(),
        interval.low(),
        interval.high(),
        sign.wins(),
        sign.losses(),
        sign.pValue());
  }

  private List<RankChange> changes(List<Comparison> compared) {
    List<RankChange> changes = new ArrayList<>();
    for (Comparison comparison : compared) {
      for (int q : members.of(Subset.ALL)) {
        changes.add(
            RankChange.of(
                comparison.mode(),
                q,
                queries.get(q),
                comparison.before().firstRank(q),
                comparison.after().firstRank(q),
                depth));
      }
    }
    return changes;
  }

  private List<Mover> movers(
      List<Comparison> compared, List<RankChange> changes, DocumentTexts texts) {
    List<Mover> movers = new ArrayList<>();
    for (Comparison comparison : compared) {
      MoverAnalysis analysis = new MoverAnalysis(documents, texts, depth, comparison);
      List<RankChange> ofMode =
          changes.stream().filter(change -> change.mode() == comparison.mode()).toList();
      RankChange.risen(ofMode, settings.movers()).map(analysis::explain).forEach(movers::add);
      RankChange.fallen(ofMode, settings.movers()).map(analysis::explain).forEach(movers::add);
    }
    return movers;
  }

  private List<CostComparison> costs(List<Comparison> compared, DocumentTexts texts) {
    CostAnalysis analysis = new CostAnalysis(documents, texts, settings, depth, seed);
    List<CostComparison> costs = new ArrayList<>();
    for (Comparison comparison : compared) {
      for (Subset subset : members.nonEmpty()) {
        costs.add(analysis.of(comparison, subset, members.of(subset)));
      }
    }
    return costs;
  }

  /** The same mode without and with the adapter. */
  record Comparison(SearchMode mode, SearchedWay before, SearchedWay after) {}
}
