package org.attunedb.index.internal.training;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.index.TrainingProgress;

/** Progress and log lines from a training's events. Stateless. */
final class JobProgress {
  private JobProgress() {}

  static TrainingProgress after(TrainingProgress p, TrainingEvent event) {
    return switch (event) {
      case TrainingEvent.Started started -> TrainingProgress.none();
      case TrainingEvent.Stepped s ->
          new TrainingProgress(
              s.stage(),
              s.epoch(),
              s.step(),
              s.steps(),
              OptionalDouble.of(s.loss()),
              p.recallAt10(),
              p.delta(),
              s.eta());
      case TrainingEvent.EpochFinished e ->
          new TrainingProgress(
              e.stage(),
              e.epoch(),
              p.step(),
              p.steps(),
              p.loss(),
              OptionalDouble.of(e.recallAt10()),
              OptionalDouble.of(e.delta()),
              e.eta());
      case TrainingEvent.Decided decided -> decided(p, decided);
    };
  }

  private static TrainingProgress decided(TrainingProgress p, TrainingEvent.Decided event) {
    Double recall = event.decision().metrics().get("recall@10");
    Double delta = event.decision().metrics().get("delta_recall@10");
    return new TrainingProgress(
        p.stage(),
        p.epoch(),
        p.steps(),
        p.steps(),
        p.loss(),
        recall == null ? p.recallAt10() : OptionalDouble.of(recall),
        delta == null ? p.delta() : OptionalDouble.of(delta),
        Duration.ZERO);
  }

  /** A line for people. */
  static String describe(TrainingEvent event) {
    return switch (event) {
      case TrainingEvent.Started s ->
          String.format(
              Locale.ROOT,
              "%d queries, %d documents, recall@10 without an adapter %.2f%%",
              s.queries(),
              s.documents(),
              100 * s.baseRecallAt10());
      case TrainingEvent.Stepped s ->
          String.format(
              Locale.ROOT,
              "%s, step %d of %d: loss %.4f",
              s.stage(),
              s.step(),
              s.steps(),
              s.loss());
      case TrainingEvent.EpochFinished e ->
          String.format(
              Locale.ROOT,
              "%s, epoch %d: loss %.4f, recall@10 %.2f%% (%+.2f%%)",
              e.stage(),
              e.epoch(),
              e.loss(),
              100 * e.recallAt10(),
              100 * e.delta());
      case TrainingEvent.Decided d ->
          "gate: %s: %s"
              .formatted(
                  d.decision().outcome().name().toLowerCase(Locale.ROOT), d.decision().reason());
    };
  }
}
