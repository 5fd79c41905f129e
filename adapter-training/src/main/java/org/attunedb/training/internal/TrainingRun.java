package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
  private static final int FOLDS = 2;

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
    List<Quality> base = ranks.measure(all, queries -> queries);
    Quality baseMean = Quality.mean(base);
    listener.on(new TrainingEvent.Started(all.size(), set.corpus().size(), baseMean.recallAt10()));
    if (baseMean.recallAt10() > Gate.HEADROOM) {
      return closed(Gate.noHeadroom(baseMean));
    }
    FoldPlan plan = FoldPlan.of(set.queries(), FOLDS, config.seed());
    Progress progress = new Progress(steps(plan, all.size()), listener, cancellation);
    Fit fit = new Fit(tensors, targets, candidates.size(), config, progress);
    OutOfFold results = crossFit(plan, fit, tensors, ranks, base, progress);
    Gate.Verdict verdict = new Gate(config.seed()).decide(results);
    if (!verdict.decision().published()) {
      return closed(verdict.decision());
    }
    Factors factors =
        fit.run("final fit", all, set.corpus().dimension(), (epoch, loss, block) -> {});
    AdapterWeights weights = factors.weights(OutOfFold.alpha(verdict.alphaIndex()));
    listener.on(new TrainingEvent.Decided(verdict.decision()));
    return new Result(verdict.decision(), Optional.of(weights));
  }

  private int steps(FoldPlan plan, int queries) {
    int steps = Fit.steps(config, queries);
    for (int fold = 0; fold < plan.folds(); fold++) {
      steps += Fit.steps(config, plan.training(fold).size());
    }
    return steps;
  }

  private OutOfFold crossFit(
      FoldPlan plan,
      Fit fit,
      Tensors tensors,
      HeldOutRanks ranks,
      List<Quality> base,
      Progress progress) {
    OutOfFold results = new OutOfFold(base, plan.seen(set.queries()));
    for (int fold = 0; fold < plan.folds(); fold++) {
      List<Integer> heldOut = plan.heldOut(fold);
      double before = Quality.mean(heldOut.stream().map(base::get).toList()).recallAt10();
      Factors factors =
          fit.run(
              "fold %d/%d".formatted(fold + 1, plan.folds()),
              plan.training(fold),
              set.corpus().dimension(),
              (epoch, loss, block) -> {
                double recall = Quality.mean(ranks.measure(heldOut, block::adapt)).recallAt10();
                progress.epoch(epoch, loss, recall, recall - before);
              });
      try (NDManager scope = tensors.step()) {
        List<NDArray> arrays = factors.arrays(scope);
        for (int alpha = 1; alpha < OutOfFold.alphas(); alpha++) {
          float share = OutOfFold.alpha(alpha);
          results.put(
              alpha,
              heldOut,
              ranks.measure(heldOut, queries -> Residual.apply(queries, arrays, share)));
        }
      }
    }
    return results;
  }

  private Result closed(GateDecision decision) {
    listener.on(new TrainingEvent.Decided(decision));
    return new Result(decision, Optional.empty());
  }
}
