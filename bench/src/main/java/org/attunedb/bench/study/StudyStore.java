package org.attunedb.bench.study;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.JudgedQuery;
import org.attunedb.server.workflow.DatasetLoader;
import org.attunedb.server.workflow.TemporaryFolder;

/**
 * A dataset in a store of its own, where trainings come and go. Deleted when it is closed. Not
 * thread-safe.
 */
final class StudyStore implements AutoCloseable {
  private static final String COLLECTION = "study";

  private final TemporaryFolder folder;
  private final Attune attune;
  private final VectorCollection collection;

  private StudyStore(TemporaryFolder folder, Attune attune, VectorCollection collection) {
    this.folder = folder;
    this.attune = attune;
    this.collection = collection;
  }

  /** Stores a dataset, with the trainer of this process. */
  static StudyStore load(BeirDataset dataset, Out out) throws IOException {
    return load(dataset, AttuneOptions.defaults(), out);
  }

  /** Stores a dataset, with a trainer of the caller's. */
  static StudyStore load(BeirDataset dataset, AdapterTrainer trainer, Out out) throws IOException {
    return load(dataset, AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer)), out);
  }

  private static StudyStore load(BeirDataset dataset, AttuneOptions options, Out out)
      throws IOException {
    TemporaryFolder folder = TemporaryFolder.create("attune-bench-study-");
    try {
      Attune attune = Attune.open(folder.path().resolve("store"), options);
      StudyStore store =
          new StudyStore(
              folder, attune, attune.createCollection(COLLECTION, CollectionSpec.lexical()));
      try {
        DatasetLoader.load(dataset, store.collection, out);
        return store;
      } catch (RuntimeException e) {
        attune.close();
        throw e;
      }
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  VectorCollection collection() {
    return collection;
  }

  /**
   * Trains and waits. What is published becomes active.
   *
   * @throws TrainingException if it failed
   */
  JobState.Completed train(LabelledQueries labels, TrainingConfig config)
      throws InterruptedException {
    DeepMemory memory = collection.deepMemory();
    return switch (memory.train(TrainingRequest.of(labels).withConfig(config)).await()) {
      case JobState.Completed completed -> completed;
      case JobState.Failed failed -> throw new TrainingException(failed.code(), failed.message());
      case JobState other ->
          throw new TrainingException(ErrorCode.TRAINING_FAILED, "training ended as " + other);
    };
  }

  /** As {@link #train(LabelledQueries, TrainingConfig)}. */
  JobState.Completed train(List<JudgedQuery> labels, TrainingConfig config)
      throws InterruptedException {
    return train(DatasetLoader.labels(labels), config);
  }

  /** Takes all versions away, so that the next training finds the store as the first did. */
  void forget() {
    DeepMemory memory = collection.deepMemory();
    memory.deactivate();
    memory.versions().forEach(version -> memory.delete(version.name()));
  }

  @Override
  public void close() throws IOException {
    attune.close();
    folder.close();
  }
}
