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

/** Ten hits by each engine with an ef of 64; LangChain4j's store scans. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets parameters and calls setUp.
public class EngineSearchBenchmark {
  private static final int HITS = 10;
  private static final int EF = 64;

  @Param("20000")
  private int vectors;

  @Param({"128", "768"})
  private int dimension;

  @Param private EngineName engineName;

  private BenchmarkEngine engine;
  private Lookup<?> lookup;
  private int next;

  /** Generates vectors and builds. */
  @Setup
  public void setUp() throws IOException {
    engine = new BenchmarkEngine(engineName, vectors, dimension, false);
    Plan plan = engineName == EngineName.LANGCHAIN4J ? Plan.EXACT : Plan.GRAPH;
    int ef = plan == Plan.GRAPH ? EF : 0;
    lookup = engine.lookup(new SearchSetting(HITS, plan, ef, 0, OptionalDouble.empty()));
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
