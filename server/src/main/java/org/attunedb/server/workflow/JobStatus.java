package org.attunedb.server.workflow;

import java.util.List;
import java.util.Map;
import org.attunedb.core.training.GateDecision;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingProgress;
import org.attunedb.server.terminal.DeepMemoryFormat;
import org.attunedb.server.terminal.JobStatusView;

/** What the status box shows of a job. Stateless. */
public final class JobStatus {
  private JobStatus() {}

  /** The job as it stands now. */
  public static JobStatusView of(TrainingJob job) {
    JobState state = job.state();
    TrainingProgress progress = job.progress();
    return switch (state) {
      case JobState.Pending pending ->
          view(job, JobStatusView.Status.PENDING, List.of("not started"), List.of());
      case JobState.Training training ->
          view(job, JobStatusView.Status.TRAINING, lines(progress), List.of());
      case JobState.Completed completed ->
          view(job, JobStatusView.Status.COMPLETED, lines(progress), result(completed.decision()));
      case JobState.Failed failed ->
          view(job, JobStatusView.Status.FAILED, List.of("error: " + failed.message()), List.of());
      case JobState.Cancelled cancelled ->
          view(job, JobStatusView.Status.CANCELLED, lines(progress), List.of());
      case JobState.Interrupted interrupted ->
          view(job, JobStatusView.Status.INTERRUPTED, lines(progress), List.of());
    };
  }

  private static JobStatusView view(
      TrainingJob job, JobStatusView.Status status, List<String> progress, List<String> results) {
    return new JobStatusView(job.id(), status, progress, results);
  }

  private static List<String> lines(TrainingProgress progress) {
    String eta = DeepMemoryFormat.etaLine(progress.eta());
    return progress.recallAt10().isEmpty()
        ? List.of(eta)
        : List.of(
            eta,
            DeepMemoryFormat.recallLine(
                progress.recallAt10().getAsDouble(), progress.delta().orElse(0)));
  }

  static List<String> result(GateDecision decision) {
    if (!decision.published()) {
      return List.of(DeepMemoryFormat.noImprovementLine(decision.reason()));
    }
    Map<String, Double> metrics = decision.metrics();
    String mode = isForVectorSearch(metrics) ? "" : "hybrid_";
    String recall =
        DeepMemoryFormat.recallLine(
            metrics.getOrDefault(mode + "recall@10", 0.0),
            metrics.getOrDefault(mode + "delta_recall@10", 0.0));
    return mode.isEmpty() ? List.of(recall) : List.of(recall, "in hybrid search alone");
  }

  /** Whether vector search uses an adapter of these metrics; so it is where they do not say. */
  public static boolean isForVectorSearch(Map<String, Double> metrics) {
    return metrics.getOrDefault("better", 1.0) != 0;
  }
}
