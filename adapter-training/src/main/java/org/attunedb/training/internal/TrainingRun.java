package org.attunedb.training.internal;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.training.AdapterTrainer.Result;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingSet;

/**
 * One training from labels to verdict: base ranks, a fit for each fold measured on the queries it
 * did not see, the choice of what each search mode does with it, the gate, with enough labels a
 * last test on sealed ones, and if all that is passed the final fit on all queries. Used once, by
 * one thread.
 */
public final class TrainingRun {
  /** Fits to this many queries in total are affordable for a better estimate. */
  private static final int FOLD_BUDGET = 1_500;

  private static final int MIN_FOLDS = 2;
  private static final int MAX_FOLDS = 5;

  /** One fold of so many is sealed. */
  private static final int SEALED_FOLDS = 5;

  /** All that is learned from; the queries that judge come first. */
  private final TrainingSet set;

  /** So many of the queries judge; the others are carried over from an earlier training. */
  private final int judging;

  private final List<Integer> carried;
  private final TrainingConfig config;
  private final TrainingContext context;

  /** A run in a context. */
  public TrainingRun(TrainingSet set, TrainingConfig config, TrainingContext context) {
    this.judging = DistinctQueries.of(set.queries()).size();
    this.set = new TrainingSet(set.corpus(), DistinctQueries.of(set.learned()));
    this.carried = IntStream.range(judging, this.set.queries().size()).boxed().toList();
    this.config = config;
    this.context = context;
  }

  /** Trains. The engine must have been {@linkplain PyTorch#start started}. */
  public Result run() {
    if (judging < Gate.MIN_QUERIES) {
      return closed(Gate.tooFew(judging, carried.size()));
    }
    Device device = PyTorch.device(config.device());
    Candidates candidates =
        Candidates.of(set, config.seed(), new HardNegatives(device, context.cancellation()));
    try (Tensors tensors = new Tensors(set.corpus(), candidates, set.queries(), device)) {
      return run(candidates, tensors);
    }
  }

  /** What is open to every choice, and what is sealed from it. */
  private record Split(List<Integer> open, List<Integer> sealed, BitSet sealedSeen) {}

  private Result run(Candidates candidates, Tensors tensors) {
    List<Targets> targets = set.queries().stream().map(candidates::targets).toList();
    List<Integer> all = IntStream.range(0, judging).boxed().toList();
    HeldOutRanks ranks =
        new HeldOutRanks(tensors, targets, candidates.size(), context.cancellation());
    Quality base = Quality.mean(ranks.measure(all, (queries, indexes) -> queries));
    context
        .listener()
        .on(new TrainingEvent.Started(all.size(), set.corpus().size(), base.recallAt10()));
    if (base.recallAt10() > Gate.HEADROOM) {
      return closed(Gate.noHeadroom(base));
    }
    Split split = split(all);
    FoldPlan plan = FoldPlan.of(set.queries(), split.open, folds(split.open.size()), config.seed());
    Progress progress =
        new Progress(steps(plan, split), context.listener(), context.cancellation());
    Fit fit =
        new Fit(
            tensors,
            targets,
            candidates.size(),
            config,
            progress,
            new FittedFactors(context.checkpoints()),
            context.prior().map(Factors::of));
    CrossFit crossFit =
        new CrossFit(set, carried, candidates, targets, tensors, ranks, fit, progress, context);
    Judgement judgement = judge(crossFit, plan, split, candidates);
    GateDecision decision = judgement.decision();
    if (!decision.published()) {
      return closed(decision);
    }
    AdapterWeights weights =
        crossFit
            .fit("final fit", all, judgement.ownShare())
            .weights(
                judgement.profiles(),
                Memories.of(set, crossFit.seenCurve(), crossFit.sameDocument(), config.seed()));
    context.listener().on(new TrainingEvent.Decided(decision));
    return new Result(decision, Optional.of(weights));
  }

  private Judgement judge(CrossFit crossFit, FoldPlan plan, Split split, Candidates candidates) {
    Judgement judgement = new Judgement(new Gate(config.seed()));
    List<ProfileSearch> searches = new ArrayList<>();
    searches.add(open(crossFit, crossFit.rehearse(plan, split.open), judgement));
    judgement.judge(searches.getFirst());
    if (judgement.anyBetter() && !split.sealed.isEmpty()) {
      // No choice was made on these, so that they come first.
      searches.addFirst(
          crossFit.search(
              crossFit.rehearse(split.open, split.sealed, split.sealedSeen), judgement.ownShare()));
      judgement.confirm(searches.getFirst());
    }
    if (judgement.anyBetter()) {
      context
          .incumbent()
          .map(incumbent -> new Succession(incumbent, set.queries(), crossFit.pools(), candidates))
          .ifPresent(succession -> judgement.compare(succession, searches));
    }
    return judgement;
  }

  /** Held-out queries; beside a prior with as much of their own as is better than less. */
  private ProfileSearch open(CrossFit crossFit, CrossFit.HeldOut heldOut, Judgement judgement) {
    if (context.prior().isEmpty()) {
      return crossFit.search(heldOut, 1);
    }
    Shrinkage.Chosen chosen =
        Shrinkage.choose(
            share -> {
              context.cancellation().throwIfCancelled();
              return crossFit.search(heldOut, (float) share);
            });
    judgement.shrink(chosen.share());
    return chosen.search();
  }

  private Split split(List<Integer> all) {
    if (all.size() < Gate.MIN_SEALED) {
      return new Split(all, List.of(), new BitSet());
    }
    FoldPlan plan = FoldPlan.of(set.queries(), all, SEALED_FOLDS, ~config.seed());
    return new Split(plan.training(0), plan.heldOut(0), plan.seen(set.queries()));
  }

  /**
   * More folds for few labels: fits to half of them would look worse than the final one, and cost
   * little.
   */
  private static int folds(int queries) {
    return Math.clamp(FOLD_BUDGET / queries, MIN_FOLDS, MAX_FOLDS);
  }

  private int steps(FoldPlan plan, Split split) {
    int steps = Fit.steps(config, set.queries().size());
    if (!split.sealed.isEmpty()) {
      steps += Fit.steps(config, split.open.size() + carried.size());
    }
    for (int fold = 0; fold < plan.folds(); fold++) {
      steps += Fit.steps(config, plan.training(fold).size() + carried.size());
    }
    return steps;
  }

  private Result closed(GateDecision decision) {
    context.listener().on(new TrainingEvent.Decided(decision));
    return new Result(decision, Optional.empty());
  }
}
