package org.attunedb.bench.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.search.SearchMode;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Applying an adapter, perhaps with a memory of queries, to a dense query of unit length. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AdapterBenchmark {
  /** More than fit into the nearest cache, as in a server that answers other queries in between. */
  private static final int QUERIES = 512;

  @Param({"384", "768", "1024", "1536"})
  private int dimension;

  @Param({"64"})
  private int rank;

  /** Remembered queries. */
  @Param({"0", "1000", "10000"})
  private int memory;

  private List<Embedding> queries = List.of();
  private int next;

  @SuppressWarnings("NullAway.Init")
  private LowRankAdapter adapter;

  /** Makes weights and queries. */
  @Setup
  public void setUp() {
    adapter = new LowRankAdapter(RandomAdapter.weights(dimension, rank, memory, 1));
    queries = RandomAdapter.unitVectors(QUERIES, dimension, 2);
  }

  /** One query after the other. */
  @Benchmark
  public QueryAdapter.Adapted apply() {
    return adapter.apply(queries.get(next++ % QUERIES), SearchMode.VECTOR);
  }
}
