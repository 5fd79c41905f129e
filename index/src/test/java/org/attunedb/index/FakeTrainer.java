package org.attunedb.index;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.core.training.TrainingSet;

/** A trainer that does what the test says and remembers what it was given. */
final class FakeTrainer implements AdapterTrainer {
  /** What happens in place of training. */
  @FunctionalInterface
  interface Script {
    Result run(TrainingSet set, TrainingListener listener, CancellationToken cancellation);
  }

  /** What happens in place of training, with all that surrounds it. */
  @FunctionalInterface
  interface ContextScript {
    Result run(TrainingSet set, TrainingContext context);
  }

  private final List<TrainingSet> sets = new CopyOnWriteArrayList<>();
  private volatile ContextScript script = (set, context) -> rejecting();

  @Override
  public String name() {
    return "fake-1";
  }

  /** From now on, trainings run {@code next}. */
  void follow(Script next) {
    script = (set, context) -> next.run(set, context.listener(), context.cancellation());
  }

  /** From now on, trainings run {@code next}. */
  void followInContext(ContextScript next) {
    script = next;
  }

  /** From now on, trainings publish these weights. */
  void publish(AdapterWeights weights) {
    follow((set, listener, cancellation) -> publishing(weights));
  }

  /** The sets of the trainings so far. */
  List<TrainingSet> sets() {
    return sets;
  }

  static Result publishing(AdapterWeights weights) {
    return new Result(
        new GateDecision(Outcome.PUBLISHED, "better", Map.of("recall@10", 0.5)),
        Optional.of(weights));
  }

  static Result rejecting() {
    return new Result(
        new GateDecision(Outcome.NO_IMPROVEMENT, "not better", Map.of()), Optional.empty());
  }

  @Override
  public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
    sets.add(set);
    return script.run(set, context);
  }
}
