package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SegmentPlan;
import org.attunedb.core.search.SegmentPlan.Reason;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.ReadAhead;

/**
 * Does what was planned for the segments of a search, one after the other or, where that is worth a
 * hand-over and helpers are free, side by side. Thread-safe.
 */
final class PlanRunner {
  /** Waking a helper takes some ten microseconds: what is shared is a multiple of that. */
  private static final double SHARED_NANOS = 200_000;

  private static final List<Plan> DONE = List.of(Plan.EXACT, Plan.GRAPH);
  private static final GraphWalk.Walked NOTHING = new GraphWalk.Walked(0, 0);

  private final Similarity similarity;
  private final ReadAhead ahead;
  private final GraphWalk graph;
  private final SearchWorkers workers;

  PlanRunner(Similarity similarity, ReadAhead ahead, SearchWorkers workers) {
    this.similarity = similarity;
    this.ahead = ahead;
    this.graph = new GraphWalk(similarity, ahead);
    this.workers = workers;
  }

  /** The best of what the steps find. */
  Ranking run(Scope scope, Page page, float[] query, List<PlannedStep> steps) throws IOException {
    Run run = new Run(scope, page, query, steps);
    List<ScoreDoc> hits =
        !scope.repeatable() && isShared(steps) ? run.sideBySide() : run.oneByOne();
    return Ranking.ofVectors(hits, run.done());
  }

  private boolean isShared(List<PlannedStep> steps) {
    return workers.threads() > 1
        && steps.stream().filter(step -> step.plan() != Plan.NONE).count() > 1
        && steps.stream().mapToDouble(PlannedStep::cost).sum() >= SHARED_NANOS;
  }

  /** One search. Steps are taken by any thread, each once. */
  private final class Run {
    private final Scope scope;
    private final Page page;
    private final float[] query;
    private final List<PlannedStep> steps;

    private final int[] order;

    private final Map<VectorFormat, ScoreFloor> floors;
    private final GraphWalk.Walked[] done;

    Run(Scope scope, Page page, float[] query, List<PlannedStep> steps) {
      this.scope = scope;
      this.page = page;
      this.query = query;
      this.steps = steps;
      this.order = order(steps);
      this.floors = floors(steps);
      this.done = new GraphWalk.Walked[steps.size()];
      Arrays.fill(done, NOTHING);
    }

    List<ScoreDoc> oneByOne() throws IOException {
      TopHits top = scope.top(page.k(), page.after());
      for (int step : order) {
        take(step, top);
      }
      return top.bestFirst();
    }

    List<ScoreDoc> sideBySide() throws IOException {
      AtomicInteger next = new AtomicInteger();
      List<List<ScoreDoc>> found;
      try {
        found = workers.share(order.length, () -> takeAll(next));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      TopHits top = scope.top(page.k(), page.after());
      for (List<ScoreDoc> hits : found) {
        for (ScoreDoc hit : hits) {
          top.offer(hit.doc, hit.score);
        }
      }
      return top.bestFirst();
    }

    private List<ScoreDoc> takeAll(AtomicInteger next) {
      TopHits top = scope.top(page.k(), page.after());
      try {
        for (int i = next.getAndIncrement(); i < order.length; i = next.getAndIncrement()) {
          take(order[i], top);
        }
        return top.bestFirst();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        // After a failure nobody begins anything more.
        next.set(order.length);
      }
    }

    private void take(int i, TopHits top) throws IOException {
      PlannedStep step = steps.get(i);
      if (step.isScan()) {
        ExactScorer scorer = ExactScorer.of(similarity, ahead, step.segment().matches(), query);
        done[i] =
            scorer == null ? NOTHING : new GraphWalk.Walked(scorer.scan(top, scope.clock()), 0);
        return;
      }
      ScoreFloor shared = floors.get(step.segment().profile().format());
      ScoreFloor.Leaf floor = shared == null ? ScoreFloor.none() : shared.leaf(step.ef());
      done[i] = graph.walk(step.segment(), query, page.k(), step.ef(), top, scope.clock(), floor);
    }

    List<SegmentPlan> done() {
      List<SegmentPlan> plans = new ArrayList<>(steps.size());
      for (int i = 0; i < done.length; i++) {
        plans.add(steps.get(i).done(done[i]));
      }
      return plans;
    }
  }

  /** Scans, then walks; what there is nothing to do for is left out. */
  private static int[] order(List<PlannedStep> steps) {
    int[] order = new int[steps.size()];
    int count = 0;
    for (Plan plan : DONE) {
      for (int i = 0; i < order.length; i++) {
        if (steps.get(i).plan() == plan) {
          order[count++] = i;
        }
      }
    }
    return Arrays.copyOf(order, count);
  }

  /**
   * One for each format, because scores of different codes don't compare; none for one walk. Whose
   * request names an ef gets what a walk of one graph would keep. Who wants a recall gets the sum:
   * each segment was calibrated alone, and the floor may only cut short what is worse than all that
   * calibrated walks would keep.
   */
  private static Map<VectorFormat, ScoreFloor> floors(List<PlannedStep> steps) {
    Map<VectorFormat, Integer> sizes = new EnumMap<>(VectorFormat.class);
    int walks = 0;
    for (PlannedStep step : steps) {
      if (step.isWalk()) {
        walks++;
        boolean named = step.reason() == Reason.REQUESTED;
        sizes.merge(step.segment().profile().format(), step.ef(), named ? Math::max : Integer::sum);
      }
    }
    Map<VectorFormat, ScoreFloor> floors = new EnumMap<>(VectorFormat.class);
    if (walks > 1) {
      sizes.forEach((format, size) -> floors.put(format, new ScoreFloor(size)));
    }
    return floors;
  }
}
