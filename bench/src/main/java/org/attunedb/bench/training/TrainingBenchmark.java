package org.attunedb.bench.training;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.attunedb.core.Similarity;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.workflow.TemporaryFolder;
import org.attunedb.server.workflow.TrainingRunner;

/** Trains once, the way an application does: labels for a stored collection with given vectors. */
final class TrainingBenchmark {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int BATCH = 1_000;

  private final TrainingScale scale;
  private final Out out;

  TrainingBenchmark(TrainingScale scale, Out out) {
    this.scale = scale;
    this.out = out;
  }

  TrainingCost run() throws IOException, InterruptedException {
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-train-");
        Attune attune = Attune.open(folder.path().resolve("store"))) {
      VectorCollection collection =
          attune.createCollection(
              "bench", CollectionSpec.vectors(scale.dimension(), Similarity.COSINE));
      LabelledQueries labels = fill(collection);
      return train(collection, labels);
    }
  }

  private LabelledQueries fill(VectorCollection collection) {
    SyntheticLabels synthetic = new SyntheticLabels(scale);
    for (int from = 0; from < scale.documents(); from += BATCH) {
      collection.upsert(synthetic.documents(from, Math.min(scale.documents(), from + BATCH)));
    }
    return synthetic.labels();
  }

  private TrainingCost train(VectorCollection collection, LabelledQueries labels)
      throws IOException, InterruptedException {
    TrainingRequest request =
        TrainingRequest.of(labels).withConfig(TrainingConfig.withSeed(scale.seed()));
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    JobState state = TrainingRunner.train(collection.deepMemory(), request, out).state();
    long end = System.nanoTime();
    return new TrainingCost(
        (end - start) / 1e9,
        (system.getProcessCpuTime() - cpu) / 1e9,
        peakRss(),
        peakHeap(),
        ((JobState.Completed) state).decision());
  }

  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  private static OptionalLong peakRss() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst();
  }
}
