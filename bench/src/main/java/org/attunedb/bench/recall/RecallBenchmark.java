package org.attunedb.bench.recall;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.attunedb.bench.recall.RecallResult.DatasetSize;
import org.attunedb.bench.recall.RecallResult.Timings;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.JudgedQuery;
import org.attunedb.server.workflow.DatasetLoader;
import org.attunedb.server.workflow.TemporaryFolder;
import org.attunedb.server.workflow.TrainingRunner;

/** Loads, trains and evaluates in a temporary store, which is deleted in the end. */
final class RecallBenchmark {
  private final BeirDataset dataset;
  private final long seed;
  private final Out out;

  RecallBenchmark(BeirDataset dataset, long seed, Out out) {
    this.dataset = dataset;
    this.seed = seed;
    this.out = out;
  }

  /**
   * Runs the benchmark.
   *
   * @throws InvalidInputException {@code labels_invalid} if no test query has a relevant document
   */
  RecallResult run() throws IOException, InterruptedException {
    if (dataset.test().stream().noneMatch(q -> q.relevance().relevantCount() > 0)) {
      throw new InvalidInputException(
          ErrorCode.LABELS_INVALID,
          "%s: no test query has a relevant document in the corpus, so there is nothing to measure"
              .formatted(dataset.name()));
    }
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-recall-");
        Attune attune = Attune.open(folder.path().resolve("store"))) {
      return measure(attune.createCollection("bench", CollectionSpec.lexical()));
    }
  }

  private RecallResult measure(VectorCollection collection) throws InterruptedException {
    long start = System.nanoTime();
    DatasetLoader.load(dataset, collection, out);
    double ingest = secondsSince(start);

    start = System.nanoTime();
    GateDecision gate = train(collection.deepMemory());
    double train = secondsSince(start);

    start = System.nanoTime();
    LabelledQueries test = DatasetLoader.labels(dataset.test());
    RecallReport report =
        collection
            .deepMemory()
            .evaluate(
                EvaluationRequest.of(test)
                    .withModes(SearchMode.values())
                    .withSeed(seed)
                    .withTrainingDocuments(DatasetLoader.relevantDocuments(dataset.train())));
    double evaluate = secondsSince(start);

    Optional<AdapterWeights> adapter =
        collection
            .deepMemory()
            .activeVersion()
            .map(version -> collection.deepMemory().adapter(version).weights());
    return new RecallResult(
        new DatasetSize(
            dataset.name(), dataset.documentCount(), dataset.train().size(), dataset.test().size()),
        LexicalEmbedder.INFO,
        new Timings(ingest, train, evaluate),
        gate,
        adapter,
        adapter.map(this::applyMicros).orElse(0.0),
        report);
  }

  private GateDecision train(DeepMemory memory) throws InterruptedException {
    if (dataset.train().isEmpty()) {
      return new GateDecision(
          GateDecision.Outcome.TOO_FEW_LABELS, "there are no training judgments", Map.of());
    }
    TrainingRequest request =
        TrainingRequest.of(DatasetLoader.labels(dataset.train()))
            .withConfig(TrainingConfig.withSeed(seed));
    TrainingJob job = TrainingRunner.train(memory, request, out);
    return ((JobState.Completed) job.state()).decision();
  }

  /**
   * Median over many applications, after as many to warm up, to the vectors of the test queries
   * (without idf, which changes no component to or from zero).
   */
  private double applyMicros(AdapterWeights weights) {
    LowRankAdapter adapter = new LowRankAdapter(weights);
    List<Embedding> queries =
        new LexicalEmbedder()
            .embedQueries(dataset.test().stream().map(JudgedQuery::text).limit(1_000).toList());
    double[] micros = new double[20_000];
    double sink = 0;
    for (int i = 0; i < micros.length; i++) {
      long start = System.nanoTime();
      sink += adapter.adapt(queries.get(i % queries.size())).get(0);
      micros[i] = (System.nanoTime() - start) / 1e3;
    }
    if (Double.isNaN(sink)) {
      throw new IllegalStateException("the adapter returned NaN");
    }
    double[] warm = Arrays.copyOfRange(micros, micros.length / 2, micros.length);
    Arrays.sort(warm);
    return warm[warm.length / 2];
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
