package org.attunedb.bench.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
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

/** The latency of one search by text, from the request to the ten hits, embedding included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets parameters and calls setUp.
public class SearchBenchmark {
  private static final int QUERIES = 512;
  private static final int QUERY_WORDS = 8;
  private static final int HITS = 10;

  @Param("10000")
  private int documents;

  @Param private SearchMode mode;

  @Param({"none", "active"})
  private String adapter;

  @Param({"false", "true"})
  private boolean withDocuments;

  private SyntheticStore store;
  private VectorCollection collection;
  private List<SearchRequest> requests;
  private int next;

  /** Opens the store. */
  @Setup
  public void setUp() {
    store = SyntheticStore.open(documents);
    collection = store.collection();
    requests =
        SyntheticStore.queries(QUERIES, QUERY_WORDS).stream()
            .map(
                text ->
                    SearchRequest.text(text)
                        .k(HITS)
                        .mode(mode)
                        .adapter(
                            adapter.equals("active")
                                ? AdapterChoice.active()
                                : AdapterChoice.none())
                        .withDocuments(withDocuments)
                        .build())
            .toList();
  }

  /** Closes the store. */
  @TearDown
  public void tearDown() {
    store.close();
  }

  /** One request after the other. */
  @Benchmark
  public SearchResponse search() {
    return collection.search(requests.get(next++ % QUERIES));
  }
}
