package org.attunedb.index;

import java.util.List;
import java.util.Optional;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;

/**
 * The learning side of a collection: trains query adapters on labelled queries, keeps their
 * versions, and measures search without and with them. Thread-safe.
 *
 * <p>Training needs a {@link org.attunedb.core.training.AdapterTrainer} on the class path (module
 * {@code attune-adapter-training}); everything else works without one.
 */
public interface DeepMemory {
  /**
   * Trains with default settings in the background. An adapter that passes the gate is published
   * and becomes active.
   *
   * @param queries texts
   * @param relevance for each query the judged documents and their grades
   */
  default TrainingJob train(List<String> queries, List<List<RelevantDocument>> relevance) {
    return train(TrainingRequest.of(LabelledQueries.ofTexts(queries, relevance)));
  }

  /**
   * Trains in the background. One training runs at a time in a store; others wait.
   *
   * @throws org.attunedb.core.error.InvalidInputException if the labels can't be used, or if the
   *     collection does not compare by cosine
   * @throws org.attunedb.core.error.TrainingException {@code trainer_missing} without a trainer
   */
  TrainingJob train(TrainingRequest request);

  /** Measures vector search without and with the active adapter. */
  default RecallReport evaluate(List<String> queries, List<List<RelevantDocument>> relevance) {
    return evaluate(EvaluationRequest.of(LabelledQueries.ofTexts(queries, relevance)));
  }

  /**
   * Measures search without and with an adapter, on one snapshot. Where the active adapter is asked
   * for and there is none, the rows with and without are the same, as the searches are.
   */
  RecallReport evaluate(EvaluationRequest request);

  /** The jobs since the store was opened, oldest first. */
  List<TrainingJob> jobs();

  /**
   * One job.
   *
   * @throws NotFoundException {@code job_not_found}
   */
  TrainingJob job(String id);

  /** Names of the kept versions, oldest first. */
  List<String> versions();

  /**
   * The content of a version.
   *
   * @throws NotFoundException {@code adapter_not_found}
   */
  Adapter version(String version);

  /** The version that {@link org.attunedb.core.search.AdapterChoice.Active} applies. */
  Optional<String> activeVersion();

  /** Makes a version the active one; searches that start after this use it. */
  void activate(String version);

  /** Leaves no version active. */
  void deactivate();

  /** Deletes a version that is not active. */
  void delete(String version);
}
