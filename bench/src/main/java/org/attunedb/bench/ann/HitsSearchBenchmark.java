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

/** Attune with more and more hits wanted; ef is twice as many, at least 64. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets parameters and calls setUp.
public class HitsSearchBenchmark {
  private static final int DIMENSION = 128;
  private static final int LEAST_EF = 64;

  @Param("20000")
  private int vectors;

  @Param({"1", "10", "100", "1000"})
  private int k;

  private BenchmarkEngine engine;
  private Lookup<?> lookup;
  private int next;

  /** Generates vectors and builds. */
  @Setup
  public void setUp() throws IOException {
    engine = new BenchmarkEngine(EngineName.ATTUNE_FLOAT32, vectors, DIMENSION, false);
    int ef = Math.max(LEAST_EF, 2 * k);
    lookup = engine.lookup(new SearchSetting(k, Plan.GRAPH, ef, 0, OptionalDouble.empty()));
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
