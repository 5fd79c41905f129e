package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
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
import org.openjdk.jmh.annotations.Threads;

/** Ten hits of Attune, asked by several threads at once: throughput is threads divided by mean. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets parameters and calls setUp.
public class ThreadsSearchBenchmark {
  private static final int DIMENSION = 128;
  private static final int HITS = 10;
  private static final int EF = 64;

  @Param("20000")
  private int vectors;

  private BenchmarkEngine engine;
  private Lookup<?> lookup;

  /** Generates vectors and builds. */
  @Setup
  public void setUp() throws IOException {
    engine = new BenchmarkEngine(EngineName.ATTUNE_FLOAT32, vectors, DIMENSION, false);
    lookup = engine.lookup(new SearchSetting(HITS, Plan.GRAPH, EF, 0, OptionalDouble.empty()));
  }

  /** Drops everything. */
  @TearDown
  public void tearDown() throws IOException {
    engine.close();
  }

  /** One thread. */
  @Benchmark
  @Threads(1)
  public Object one() throws IOException {
    return search();
  }

  /** Two threads. */
  @Benchmark
  @Threads(2)
  public Object two() throws IOException {
    return search();
  }

  /** Four threads. */
  @Benchmark
  @Threads(4)
  public Object four() throws IOException {
    return search();
  }

  private Object search() throws IOException {
    return lookup.find(ThreadLocalRandom.current().nextInt(BenchmarkEngine.QUERIES));
  }
}
