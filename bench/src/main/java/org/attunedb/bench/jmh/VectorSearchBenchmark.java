package org.attunedb.bench.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The search that {@link AdapterBenchmark} is to be compared with: ten hits by a dense vector,
 * without an adapter, among {@value #VECTORS} random vectors in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets parameters and calls setUp.
public class VectorSearchBenchmark {
  static final int VECTORS = 20_000;
  private static final int BATCH = 5_000;
  private static final int QUERIES = 512;
  private static final int HITS = 10;
  private static final int EF = 128;

  /** How to search. */
  public enum Way {
    /** Comparing with every vector. */
    SCAN,
    /** Walking the graph. */
    GRAPH
  }

  @Param({"384", "768", "1024", "1536"})
  private int dimension;

  @Param private Way way;

  private Attune attune;
  private VectorCollection collection;
  private List<SearchRequest> requests;
  private int next;

  /** Makes the collection and its graph. */
  @Setup
  public void setUp() {
    attune = Attune.inMemory();
    collection =
        attune.createCollection("bench", CollectionSpec.vectors(dimension, Similarity.COSINE));
    for (int from = 0; from < VECTORS; from += BATCH) {
      List<Document> batch = new ArrayList<>(BATCH);
      for (Embedding vector : RandomAdapter.unitVectors(BATCH, dimension, 1 + from)) {
        batch.add(Document.of(Integer.toString(from + batch.size()), vector));
      }
      collection.upsert(batch);
    }
    if (way == Way.GRAPH) {
      collection.compact();
    }
    SearchTuning tuning = way == Way.SCAN ? SearchTuning.exactScan() : new SearchTuning(EF, false);
    requests =
        RandomAdapter.unitVectors(QUERIES, dimension, 0).stream()
            .map(query -> SearchRequest.vector(query).k(HITS).tuning(tuning).build())
            .toList();
  }

  /** Drops the collection. */
  @TearDown
  public void tearDown() {
    attune.close();
  }

  /** One request after the other. */
  @Benchmark
  public SearchResponse search() {
    return collection.search(requests.get(next++ % QUERIES));
  }
}
