package org.attunedb.training.internal;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.training.AdapterTrainer.Result;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.core.training.TrainingSet;

/**
 * One training from labels to verdict: base ranks, a fit for each fold measured on the queries it
 * did not see, the gate, and if it opens the final fit on all queries. Used once, by one thread.
 */
public final class TrainingRun {
  /** Fits to this many queries in total are affordable for a better estimate. */
  private static final int FOLD_BUDGET = 1_500;

  private static final int MIN_FOLDS = 2;
  private static final int MAX_FOLDS = 5;

  private final TrainingSet set;
  private final TrainingConfig config;
  private final TrainingListener listener;
  private final CancellationToken cancellation;

  /** A run that reports to the listener and stops when the token is cancelled. */
  public TrainingRun(
      TrainingSet set,
      TrainingConfig config,
      TrainingListener listener,
      CancellationToken cancellation) {
    this.set = new TrainingSet(set.corpus(), DistinctQueries.of(set.queries()));
    this.config = config;
    this.listener = listener;
    this.cancellation = cancellation;
  }

  /** Trains. The engine must have been {@linkplain PyTorch#start started}. */
  public Result run() {
    if (set.queries().size() < Gate.MIN_QUERIES) {
      return closed(Gate.tooFew(set.queries().size()));
    }
    Candidates candidates = Candidates.of(set, config.seed());
    try (Tensors tensors = new Tensors(set.corpus(), candidates, set.queries())) {
      return run(candidates, tensors);
    }
  }

  private Result run(Candidates candidates, Tensors tensors) {
    List<Targets> targets = set.queries().stream().map(candidates::targets).toList();
    List<Integer> all = IntStream.range(0, targets.size()).boxed().toList();
    HeldOutRanks ranks = new HeldOutRanks(tensors, targets, candidates.size(), cancellation);
    FoldPlan plan = FoldPlan.of(set.queries(), folds(all.size()), config.seed());
    BitSet seen = plan.seen(set.queries());
    OutOfFold base = new OutOfFold(ranks.measure(all, (queries, indexes) -> queries), seen);
    Quality baseMean = base.mean(OutOfFold.Part.ALL);
    listener.on(new TrainingEvent.Started(all.size(), set.corpus().size(), baseMean.recallAt10()));
    if (baseMean.recallAt10() > Gate.HEADROOM) {
      return closed(Gate.noHeadroom(baseMean));
    }
    Progress progress = new Progress(steps(plan, all.size()), listener, cancellation);
    Fit fit = new Fit(tensors, targets, candidates.size(), config, progress);
    CrossFit crossFit = new CrossFit(tensors, ranks, base, seen, all.size());
    for (int fold = 0; fold < plan.folds(); fold++) {
      fitFold(plan, fold, fit, ranks, crossFit, progress);
    }
    CrossFit.Choice choice = crossFit.choose(results -> Gate.guards(base, results));
    GateDecision decision = new Gate(config.seed()).decide(choice, base, crossFit.measure(choice));
    if (!decision.published()) {
      return closed(decision);
    }
    Factors factors =
        fit.run("final fit", all, set.corpus().dimension(), (epoch, loss, block) -> {});
    AdapterWeights weights = weights(factors, all, crossFit, choice);
    listener.on(new TrainingEvent.Decided(decision));
    return new Result(decision, Optional.of(weights));
  }

  /**
   * More folds for few labels: fits to half of them would look worse than the final one, and cost
   * little.
   */
  private static int folds(int queries) {
    return Math.clamp(FOLD_BUDGET / queries, MIN_FOLDS, MAX_FOLDS);
  }

  private AdapterWeights weights(
      Factors factors, List<Integer> all, CrossFit crossFit, CrossFit.Choice choice) {
    if (choice.isConstant()) {
      return factors.weights(choice.seenAlpha(), null);
    }
    ClosenessSpace space = ClosenessSpace.of(crossFit.hidden(all, factors), config.seed());
    return factors.weights(
        choice.seenAlpha(), space.blend(choice.calibration(), choice.unseenAlpha()));
  }

  private int steps(FoldPlan plan, int queries) {
    int steps = Fit.steps(config, queries);
    for (int fold = 0; fold < plan.folds(); fold++) {
      steps += Fit.steps(config, plan.training(fold).size());
    }
    return steps;
  }

  private void fitFold(
      FoldPlan plan, int fold, Fit fit, HeldOutRanks ranks, CrossFit crossFit, Progress progress) {
    List<Integer> heldOut = plan.heldOut(fold);
    double before =
        Quality.mean(ranks.measure(heldOut, (queries, indexes) -> queries)).recallAt10();
    Factors factors =
        fit.run(
            "fold %d/%d".formatted(fold + 1, plan.folds()),
            plan.training(fold),
            set.corpus().dimension(),
            (epoch, loss, block) -> {
              double recall =
                  Quality.mean(ranks.measure(heldOut, (queries, indexes) -> block.adapt(queries)))
                      .recallAt10();
              progress.epoch(epoch, loss, recall, recall - before);
            });
    crossFit.add(plan.training(fold), heldOut, factors, config.seed());
  }

  private Result closed(GateDecision decision) {
    listener.on(new TrainingEvent.Decided(decision));
    return new Result(decision, Optional.empty());
  }
}
