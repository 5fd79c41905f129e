package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.attunedb.bench.ann.EngineTask.Experiment;
import org.attunedb.core.Similarity;
import org.attunedb.server.workflow.TemporaryFolder;

/**
 * An engine over a {@link Mixture} with a fixed seed, for benchmarks: built anew in every measuring
 * process, the same vectors and queries in all of them. Thread-safe once made.
 */
final class BenchmarkEngine implements AutoCloseable {
  static final int QUERIES = 512;
  private static final int CLUSTERS = 200;
  private static final int RANK = 30;
  private static final double WITHIN = 0.6;
  private static final double NOISE = 0.2;
  private static final long SEED = 1;
  private static final int M = 16;
  private static final int EF_CONSTRUCTION = 100;

  private final TemporaryFolder folder;
  private final Engine engine;
  private final float[][] queries;

  /**
   * Generates and builds.
   *
   * @param filtered whether rows get the attribute that filters ask for
   */
  BenchmarkEngine(EngineName name, int vectors, int dimension, boolean filtered)
      throws IOException {
    Mixture mixture =
        new Mixture(new MixtureShape(dimension, CLUSTERS, RANK, WITHIN, NOISE, 0, SEED));
    queries = IntStream.range(0, QUERIES).mapToObj(mixture::query).toArray(float[][]::new);
    folder = TemporaryFolder.create("attune-bench-jmh-");
    var file = folder.path().resolve("base.fvecs");
    try (RowFileWriter writer = new RowFileWriter(file)) {
      for (int row = 0; row < vectors; row++) {
        writer.write(mixture.base(row));
      }
    }
    EngineTask task =
        new EngineTask(
            name,
            Experiment.SEARCH,
            new EngineTask.Files(file, file, file),
            Similarity.COSINE,
            Files.createDirectory(folder.path().resolve("index")),
            1,
            List.of(),
            List.of(),
            filtered ? List.of(1.0) : List.of(),
            new EngineTask.Timing(1, 1, 0),
            new EngineTask.Graph(M, EF_CONSTRUCTION));
    engine = name.create(task);
    try (RowFile base = RowFile.open(file)) {
      engine.build(base, rows -> {});
    }
  }

  Lookup<?> lookup(SearchSetting setting) throws IOException {
    return engine.lookup(queries, setting);
  }

  @Override
  public void close() throws IOException {
    try (folder) {
      engine.close();
    }
  }
}
