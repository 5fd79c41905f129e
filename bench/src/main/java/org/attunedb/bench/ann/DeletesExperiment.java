package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.index.BulkLoad;
import org.attunedb.index.VectorCollection;

/**
 * What deletions do to Attune: searched fresh; with 30 % of the rows deleted; after compaction;
 * then cycles in which 2 % of the rows are deleted, the collection is compacted, and the rows come
 * back, so that the true neighbours stay the same throughout. Not thread-safe.
 */
final class DeletesExperiment {
  private static final double DELETED = 0.3;
  private static final int CYCLES = 50;
  private static final int REPORT_EVERY = 10;
  private static final double CYCLE_SHARE = 0.02;
  private static final long SEED = 1;
  private static final int BATCH = 1_000;

  private final EngineTask task;
  private final AnnFiles files;
  private final AttuneEngine engine;
  private final EngineExperiment experiment;

  DeletesExperiment(
      EngineTask task, AnnFiles files, AttuneEngine engine, EngineExperiment experiment) {
    this.task = task;
    this.files = files;
    this.engine = engine;
    this.experiment = experiment;
  }

  void run() throws IOException, InterruptedException {
    AnnResult.Build build = experiment.build();
    stage("fresh", files.truth(), build);
    int[] deleted = IntStream.range(0, files.base().rows()).filter(this::isDeleted).toArray();
    Truth rest = files.truth(task.k(), row -> !isDeleted(row));
    // Above a fifth of deleted documents merges take them away: a load that adds nothing holds
    // them.
    BulkLoad hold = engine.collection().bulkLoad(progress -> {});
    try {
      delete(deleted);
      requireDeleted(deleted.length);
      stage("30 % deleted", rest, build);
      requireDeleted(deleted.length);
    } finally {
      hold.close();
    }
    engine.collection().compact();
    stage("30 % deleted, compacted", rest, build);
    restore(deleted);
    engine.collection().compact();
    stage("restored", files.truth(), build);
    cycles(build);
  }

  private boolean isDeleted(int row) {
    return Attributes.of(row) < Attributes.limit(DELETED);
  }

  /** What was not measured as it is called must not be reported. */
  private void requireDeleted(long expected) {
    long deleted = engine.collection().stats().deletedDocuments();
    if (deleted != expected) {
      throw new IllegalStateException(
          "the index has %s deleted rows, expected %s".formatted(deleted, expected));
    }
  }

  private void cycles(AnnResult.Build build) throws IOException, InterruptedException {
    Random random = new Random(SEED);
    int rows = files.base().rows();
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
      experiment.update((double) cycle / CYCLES, "cycle " + cycle + " of " + CYCLES);
      int[] chosen =
          random.ints(0, rows).distinct().limit(Math.max(1, (int) (rows * CYCLE_SHARE))).toArray();
      delete(chosen);
      engine.collection().compact();
      restore(chosen);
      if (cycle % REPORT_EVERY == 0) {
        engine.collection().compact();
        stage("cycle " + cycle, files.truth(), build);
      }
    }
  }

  private void delete(int[] rows) {
    VectorCollection collection = engine.collection();
    for (int from = 0; from < rows.length; from += BATCH) {
      List<String> ids =
          IntStream.range(from, Math.min(rows.length, from + BATCH))
              .mapToObj(i -> Integer.toString(rows[i]))
              .toList();
      long found = collection.delete(ids);
      if (found != ids.size()) {
        throw new IllegalStateException("deleted " + found + " rows, expected " + ids.size());
      }
    }
  }

  private void restore(int[] rows) {
    for (int from = 0; from < rows.length; from += BATCH) {
      List<Document> documents = new ArrayList<>();
      for (int i = from; i < Math.min(rows.length, from + BATCH); i++) {
        documents.add(engine.document(files.base(), rows[i]));
      }
      engine.collection().upsert(documents);
    }
  }

  private void stage(String name, Truth truth, AnnResult.Build build)
      throws IOException, InterruptedException {
    long deleted = engine.collection().stats().deletedDocuments();
    for (SearchSetting setting : task.walks()) {
      experiment.measure(setting, truth, build, Map.of("stage", name, "deleted_rows", deleted));
    }
  }
}
