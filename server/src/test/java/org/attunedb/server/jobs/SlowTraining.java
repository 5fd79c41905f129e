package org.attunedb.server.jobs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;

/** Another process whose training goes on until it is stopped; says which job it is. */
final class SlowTraining {
  static final String COLLECTION = "things";

  private SlowTraining() {}

  /** The folder of the store is the only argument. */
  public static void main(String[] args) throws InterruptedException {
    AttuneOptions options = AttuneOptions.defaults().withTrainer(() -> Optional.of(new Endless()));
    try (Attune attune = Attune.open(Path.of(args[0]), options)) {
      VectorCollection things =
          attune.createCollection(COLLECTION, CollectionSpec.vectors(2, Similarity.COSINE));
      things.upsert(List.of(Document.of("a", Embedding.of(1, 0))));
      LabelledQueries labels =
          LabelledQueries.ofVectors(
              List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of("a"))));
      TrainingJob job = things.deepMemory().train(TrainingRequest.of(labels));
      System.out.println(job.id());
      System.out.println(job.await());
    }
  }

  /** Starts the process on this one's class path. */
  static ProcessBuilder process(Class<?> main, Object... arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    for (Object argument : arguments) {
      builder.command().add(argument.toString());
    }
    return builder;
  }

  /** Steps for ever. */
  private static final class Endless implements AdapterTrainer {
    @Override
    public String name() {
      return "endless";
    }

    @Override
    public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
      context.listener().on(new TrainingEvent.Started(1, 1, 0.5));
      for (int step = 1; true; step++) {
        context.cancellation().throwIfCancelled();
        context
            .listener()
            .on(
                new TrainingEvent.Stepped(
                    "fold 1/2", 1, step, Integer.MAX_VALUE, 1, Duration.ofSeconds(2)));
        try {
          Thread.sleep(10);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
