package org.attunedb.index;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterScope;
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
  /** Most jobs that are kept after their end; the oldest are deleted first. */
  int MAX_FINISHED_JOBS = 100;

  /** Most scopes of a collection that have or had an active adapter of their own. */
  int MAX_SCOPES = 1_000;

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
   * Trains in the background. One training runs at a time in a store; others wait. The job is kept
   * in the collection's folder, with its labels until it has completed.
   *
   * @throws org.attunedb.core.error.InvalidInputException if the labels can't be used, or if the
   *     collection does not compare by cosine; with a scope {@code scope_invalid} if no document is
   *     in it, {@code labels_outside_scope} for labels of documents that are not, {@code
   *     too_many_scopes}
   * @throws org.attunedb.core.error.TrainingException {@code trainer_missing} without a trainer,
   *     {@code training_too_large} if it may need more memory than the request allows
   */
  TrainingJob train(TrainingRequest request);

  /** Measures vector search without and with the active adapter. */
  default RecallReport evaluate(List<String> queries, List<List<RelevantDocument>> relevance) {
    return evaluate(EvaluationRequest.of(LabelledQueries.ofTexts(queries, relevance)));
  }

  /**
   * Measures search without and with an adapter, on one snapshot. With a filter that pins a scope
   * with an active version of its own, that is the active adapter. Where the active adapter is
   * asked for and there is none, the rows with and without are the same, as the searches are.
   */
  RecallReport evaluate(EvaluationRequest request);

  /**
   * The jobs that are kept, oldest first: those that wait or run, and at most {@value
   * #MAX_FINISHED_JOBS} that have ended. In a store that was opened read-only also those that
   * another process runs.
   */
  List<TrainingJob> jobs();

  /**
   * One job.
   *
   * @throws NotFoundException {@code job_not_found}
   */
  TrainingJob job(String id);

  /**
   * Trains again for a job that failed, was cancelled or was interrupted, under the same id and
   * limits. It goes on from what the job had kept if labels, corpus and settings are still the same
   * and the trainer keeps anything; else it begins anew. The job's log says which.
   *
   * @throws NotFoundException {@code job_not_found}
   * @throws org.attunedb.core.error.ConflictException {@code job_state} if the job waits, runs or
   *     has completed, or if its labels (more than 64 MiB) were not kept
   */
  TrainingJob resume(String id);

  /** As {@link #resume(String)}, with other limits. */
  TrainingJob resume(String id, TrainingLimits limits);

  /**
   * Deletes a job that has ended, with its log and all it kept. The version that it published
   * stays.
   *
   * @throws NotFoundException {@code job_not_found}
   * @throws org.attunedb.core.error.ConflictException {@code job_state} if the job waits or runs
   */
  void deleteJob(String id);

  /** The kept versions, oldest first. */
  List<AdapterVersion> versions();

  /**
   * One version.
   *
   * @throws NotFoundException {@code adapter_not_found}
   */
  AdapterVersion version(String version);

  /**
   * The weights of a version and what they belong to.
   *
   * @throws NotFoundException {@code adapter_not_found}
   */
  Adapter adapter(String version);

  /**
   * How far the collection has moved away from what a version was trained on. Reads every vector
   * and all feedback (for a version of a scope, those of the scope), and compares up to 384 queries
   * with all that the version remembers: seconds for a large collection.
   *
   * @throws NotFoundException {@code adapter_not_found}
   */
  Staleness staleness(String version);

  /**
   * The version that {@link org.attunedb.core.search.AdapterChoice.Active} applies to all searches
   * that no scope's is for.
   */
  Optional<String> activeVersion();

  /**
   * The version that {@link org.attunedb.core.search.AdapterChoice.Active} applies to searches in a
   * scope; empty if these use the collection's. A filter that pins several scopes with versions
   * gets that of the first by field name.
   */
  Optional<String> activeVersion(AdapterScope scope);

  /** The scopes that have an active version of their own, and its name. */
  SortedMap<AdapterScope, String> scopes();

  /**
   * Makes a version the active one of the scope that it was trained for, or else of the collection;
   * searches that start after this use it.
   *
   * @throws org.attunedb.core.error.InvalidInputException {@code too_many_scopes} if {@value
   *     #MAX_SCOPES} others have or had an active version that is not deleted
   */
  void activate(String version);

  /** Leaves the collection without an active version; those of scopes stay. */
  void deactivate();

  /** Leaves a scope without an active version of its own, so that it uses the collection's. */
  void deactivate(AdapterScope scope);

  /**
   * Undoes the last activation or deactivation of the collection that is not undone yet, whether a
   * training or a caller did it. The last 32 can be undone; those of versions that were deleted are
   * forgotten.
   *
   * @return the version that is active now; empty if none is
   * @throws org.attunedb.core.error.ConflictException {@code nothing_to_roll_back}
   */
  Optional<String> rollback();

  /** As {@link #rollback()} for the versions of a scope. */
  Optional<String> rollback(AdapterScope scope);

  /** Deletes a version that is not active. */
  void delete(String version);

  /**
   * Writes a version to a file that {@link #importVersion(Path)} of another collection with the
   * same embedding model reads, and any reader of safetensors.
   *
   * @param file must not exist
   * @throws NotFoundException {@code adapter_not_found}
   * @throws org.attunedb.core.error.ConflictException {@code already_exists}
   * @throws org.attunedb.core.error.InvalidInputException {@code file_unwritable}
   */
  void exportVersion(String version, Path file);

  /** As {@link #importVersion(Path, AdapterImport)} with default settings. */
  default AdapterVersion importVersion(Path file) {
    return importVersion(file, AdapterImport.defaults());
  }

  /**
   * Keeps an adapter that was made elsewhere as a new version. It is not active, and no gate has
   * judged it. A file is known by its content: a version that Attune exported, which must be for
   * the collection's embedding model; a square matrix of numpy ({@code .npy}), such as Deep
   * Memory's {@code model.npy}; or a linear layer in safetensors, {@code weight} or {@code
   * linear.weight} and perhaps the bias beside it. Nothing in a file is ever executed. Vectors
   * given to the matrix are of unit length.
   *
   * @throws org.attunedb.core.error.InvalidInputException {@code file_unreadable}, or {@code
   *     adapter_invalid} naming the file, what it holds and what was expected
   */
  AdapterVersion importVersion(Path file, AdapterImport options);

  /**
   * As {@link #importVersion(Path, AdapterImport)} for bytes in memory.
   *
   * @param where what they are, for messages
   */
  AdapterVersion importVersion(byte[] content, String where, AdapterImport options);
}
