package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;
import org.jspecify.annotations.Nullable;

/**
 * Fits adapters without some queries and rehearses searches of these queries with them. What the
 * closeness of queries tells is learned on the first rehearsal. Used by one thread.
 */
final class CrossFit {
  private final TrainingSet set;
  private final List<Integer> carried;
  private final Candidates candidates;
  private final List<Targets> targets;
  private final HeldOutRanks ranks;
  private final Fit fit;
  private final Progress progress;
  private final TrainingContext context;
  private final Neighbours neighbours;
  private final int[] groups;
  private Logistic seenCurve = new Logistic(0, 0);
  private Logistic sameDocument = new Logistic(0, 0);
  private @Nullable Pools pools;

  /**
   * Prepares.
   *
   * @param set all that is learned from
   * @param carried queries that every fit learns from
   */
  CrossFit(
      TrainingSet set,
      List<Integer> carried,
      Candidates candidates,
      List<Targets> targets,
      Tensors tensors,
      HeldOutRanks ranks,
      Fit fit,
      Progress progress,
      TrainingContext context) {
    this.set = set;
    this.carried = carried;
    this.candidates = candidates;
    this.targets = targets;
    this.ranks = ranks;
    this.fit = fit;
    this.progress = progress;
    this.context = context;
    this.neighbours = new Neighbours(tensors, targets);
    this.groups = FoldPlan.groupOf(set.queries());
  }

  /** From the cosine to the closest known query to the probability that a query is seen. */
  Logistic seenCurve() {
    return seenCurve;
  }

  /** From the cosine of two queries to the probability that they are about the same document. */
  Logistic sameDocument() {
    return sameDocument;
  }

  /** How rankings of any queries are read; to be asked for after the first rehearsal. */
  Pools pools() {
    Pools made = pools;
    if (made == null) {
      made = new Pools(ranks, set.queries(), targets, candidates, neighbours, sameDocument);
      pools = made;
    }
    return made;
  }

  /**
   * Adapters, each with held-out queries that it was not fitted to.
   *
   * @param folds beside a prior, without it
   * @param seen which of the held-out queries are seen
   */
  record HeldOut(List<Rehearsal.Fold> folds, BitSet seen) {}

  /** Fits one adapter for each fold and learns both curves. */
  HeldOut rehearse(FoldPlan plan, List<Integer> open) {
    List<Rehearsal.Fold> folds = new ArrayList<>();
    for (int fold = 0; fold < plan.folds(); fold++) {
      folds.add(fitFold(plan, fold));
      neighbours.find(
          plan.heldOut(fold),
          withCarried(plan.training(fold), plan.heldOut(fold)),
          context.cancellation());
    }
    BitSet seen = plan.seen(set.queries());
    seenCurve = seenCurve(open, seen);
    sameDocument = neighbours.sameDocument(open);
    return new HeldOut(folds, seen);
  }

  /**
   * Fits one adapter and holds out others.
   *
   * @param seen which of the held-out queries are seen
   */
  HeldOut rehearse(List<Integer> training, List<Integer> heldOut, BitSet seen) {
    List<Integer> learned = withCarried(training, heldOut);
    Factors factors = fitTo("rehearsal", learned);
    neighbours.find(heldOut, learned, context.cancellation());
    return new HeldOut(List.of(new Rehearsal.Fold(heldOut, factors)), seen);
  }

  /**
   * Fits one adapter to some queries and all carried ones.
   *
   * @param share of what is fitted beside a prior; 1 without one
   */
  Factors fit(String stage, List<Integer> queries, float share) {
    return fit.shrunk(fitTo(stage, withCarried(queries, List.of())), share);
  }

  private Factors fitTo(String stage, List<Integer> queries) {
    return fit.run(stage, queries, set.corpus().dimension(), (epoch, loss, block) -> {});
  }

  /**
   * Searches of held-out queries.
   *
   * @param share of what was fitted beside a prior; 1 without one
   */
  ProfileSearch search(HeldOut heldOut, float share) {
    List<Rehearsal.Fold> folds =
        heldOut.folds.stream()
            .map(fold -> new Rehearsal.Fold(fold.heldOut(), fit.shrunk(fold.factors(), share)))
            .toList();
    return new ProfileSearch(
        new Rehearsal(folds, pools(), neighbours, seenCurve, heldOut.seen, groups));
  }

  private Rehearsal.Fold fitFold(FoldPlan plan, int fold) {
    List<Integer> heldOut = plan.heldOut(fold);
    double before =
        Quality.mean(ranks.measure(heldOut, (queries, indexes) -> queries)).recallAt10();
    Factors factors =
        fit.run(
            String.format(Locale.ROOT, "fold %d/%d", fold + 1, plan.folds()),
            withCarried(plan.training(fold), heldOut),
            set.corpus().dimension(),
            (epoch, loss, block) -> {
              double recall =
                  Quality.mean(ranks.measure(heldOut, (queries, indexes) -> block.adapt(queries)))
                      .recallAt10();
              progress.epoch(epoch, loss, recall, recall - before);
            });
    return new Rehearsal.Fold(heldOut, factors);
  }

  private Logistic seenCurve(List<Integer> queries, BitSet seen) {
    double[] closeness = queries.stream().mapToDouble(neighbours::closeness).toArray();
    boolean[] known = new boolean[closeness.length];
    for (int i = 0; i < known.length; i++) {
      known[i] = seen.get(queries.get(i));
    }
    return LogisticFit.balanced(closeness, known);
  }

  /**
   * Adds the carried queries that are about none of the documents of the held-out ones. A carried
   * query may be one of these in older words or with an older vector, and would give the answer
   * away; so held-out figures are, if anything, too low.
   */
  private List<Integer> withCarried(List<Integer> queries, List<Integer> heldOut) {
    List<Integer> all = new ArrayList<>(queries);
    for (int query : carried) {
      if (heldOut.stream().noneMatch(other -> targets.get(query).meets(targets.get(other)))) {
        all.add(query);
      }
    }
    return all;
  }
}
