package org.attunedb.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that searches with an adapter needs no PyTorch, even where it is on the class path. */
@Timeout(120)
class SearchOnlyProcessTest {
  private static final int DIMENSION = 8;

  @TempDir private Path temp;

  @Test
  void search_withActiveAdapter_loadsNoClassAndNoLibraryOfPyTorch()
      throws IOException, InterruptedException {
    Path store = temp.resolve("store");
    publishAdapter(store);
    Path classes = temp.resolve("classes.txt");
    Path out = temp.resolve("out.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load:file=" + classes,
                Searcher.class.getName(),
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    assertThat(Files.readAllLines(out))
        .contains("class path has ai/djl/engine/Engine.class", "adapter v1: d1", "no adapter: d0");
    assertThat(Files.readString(classes))
        .contains("org.attunedb.core.adapter.LowRankAdapter", "org.apache.lucene.")
        .doesNotContain("ai.djl.", "org.attunedb.training.");
    assertThat(Files.readString(out)).doesNotContain("mapped");
  }

  /** Documents d0 to d7 point along the axes; the adapter turns axis 0 to axis 1. */
  private static void publishAdapter(Path store) throws InterruptedException {
    AttuneOptions options =
        AttuneOptions.defaults().withTrainer(() -> Optional.of(new GivenWeights()));
    try (Attune attune = Attune.open(store, options)) {
      VectorCollection axes =
          attune.createCollection("axes", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      axes.upsert(
          IntStream.range(0, DIMENSION).mapToObj(i -> Document.of("d" + i, axis(i))).toList());
      LabelledQueries labels =
          LabelledQueries.ofVectors(List.of(axis(0)), List.of(List.of(RelevantDocument.of("d1"))));

      assertThat(axes.deepMemory().train(TrainingRequest.of(labels)).await())
          .isInstanceOf(JobState.Completed.class);
      assertThat(axes.deepMemory().activeVersion()).contains("v1");
    }
  }

  private static Embedding axis(int index) {
    float[] vector = new float[DIMENSION];
    vector[index] = 1;
    return Embedding.of(vector);
  }

  /** Publishes what it has. */
  private static final class GivenWeights implements AdapterTrainer {
    @Override
    public String name() {
      return "given";
    }

    @Override
    public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
      float[] up = axis(1).toArray();
      up[1] = 5;
      return new Result(
          new GateDecision(GateDecision.Outcome.PUBLISHED, "given", Map.of()),
          Optional.of(new AdapterWeights(axis(0).toArray(), up, new float[DIMENSION], 1)));
    }
  }

  /** The process: opens the store and searches with and without the adapter. */
  static final class Searcher {
    private Searcher() {}

    public static void main(String[] args) throws IOException {
      String engine = "ai/djl/engine/Engine.class";
      if (Searcher.class.getClassLoader().getResource(engine) != null) {
        System.out.println("class path has " + engine);
      }
      try (Attune attune = Attune.open(Path.of(args[0]))) {
        VectorCollection axes = attune.collection("axes");
        SearchRequest.Builder request = SearchRequest.vector(axis(0)).k(1);
        SearchResponse adapted = axes.search(request.adapter(AdapterChoice.active()).build());
        System.out.println(
            "adapter " + adapted.stats().adapterVersion() + ": " + adapted.ids().getFirst());
        SearchResponse plain = axes.search(request.adapter(AdapterChoice.none()).build());
        System.out.println("no adapter: " + plain.ids().getFirst());
      }
      Path maps = Path.of("/proc/self/maps");
      if (Files.isReadable(maps)) {
        try (Stream<String> lines = Files.lines(maps)) {
          lines
              .filter(line -> line.contains("torch") && line.contains(".so"))
              .forEach(line -> System.out.println("mapped " + line));
        }
      }
    }
  }
}
