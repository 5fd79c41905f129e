package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.attunedb.bench.ann.SearchSetting.Plan;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Ten hits of Attune under filters that let some of the rows through. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets parameters and calls setUp.
public class FilterSearchBenchmark {
  private static final int DIMENSION = 128;
  private static final int HITS = 10;
  private static final int EF = 64;

  @Param("20000")
  private int vectors;

  @Param({"0.001", "0.01", "0.1", "0.5", "0.99"})
  private double selectivity;

  @Param({"AUTO", "GRAPH", "EXACT"})
  private String plan;

  private BenchmarkEngine engine;
  private Lookup<?> lookup;
  private int next;

  /** Generates vectors and builds. */
  @Setup
  public void setUp() throws IOException {
    engine = new BenchmarkEngine(EngineName.ATTUNE_FLOAT32, vectors, DIMENSION, true);
    Plan chosen = Plan.valueOf(plan);
    int ef = chosen == Plan.GRAPH ? EF : 0;
    lookup = engine.lookup(new SearchSetting(HITS, chosen, ef, 0, OptionalDouble.of(selectivity)));
  }

  /** Drops everything. */
  @TearDown
  public void tearDown() throws IOException {
    engine.close();
  }

  /** One query after the other. */
  @Benchmark
  public Object search() throws IOException {
    return lookup.find(next++ % BenchmarkEngine.QUERIES);
  }
}
