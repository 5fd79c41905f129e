package org.attunedb.bench.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.embedding.TermStatistics;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The built-in embedder: queries weighted by a collection's term statistics, and documents. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets parameters and calls setUp.
public class EmbeddingBenchmark {
  private static final int TEXTS = 512;
  private static final int QUERY_WORDS = 10;
  private static final int DOCUMENT_WORDS = 200;

  @Param("10000")
  private int documents;

  private SyntheticStore store;
  private Embedder embedder;
  private List<List<String>> queries;
  private List<List<String>> texts;
  private int next;

  /** Opens the store, whose statistics stay valid while nothing is written. */
  @Setup
  public void setUp() {
    store = SyntheticStore.open(documents);
    StatisticsListener listener = new StatisticsListener();
    store.collection(listener).search(SearchRequest.text("any").build());
    embedder = listener.withStatistics;
    queries = SyntheticStore.queries(TEXTS, QUERY_WORDS).stream().map(List::of).toList();
    texts = new SyntheticTexts(3).texts(TEXTS, DOCUMENT_WORDS).stream().map(List::of).toList();
  }

  /** Closes the store. */
  @TearDown
  public void tearDown() {
    store.close();
  }

  /** One query of ten words. */
  @Benchmark
  public List<Embedding> embedQuery() {
    return embedder.embedQueries(queries.get(next++ % TEXTS));
  }

  /** One document of two hundred words. */
  @Benchmark
  public List<Embedding> embedDocument() {
    return embedder.embedDocuments(texts.get(next++ % TEXTS));
  }

  /** Passes for the built-in embedder and keeps the one that searches use. */
  private static final class StatisticsListener implements Embedder {
    private final Embedder lexical = new LexicalEmbedder();
    private Embedder withStatistics = lexical;

    @Override
    public EmbedderInfo info() {
      return lexical.info();
    }

    @Override
    public Embedder withStatistics(TermStatistics statistics) {
      withStatistics = lexical.withStatistics(statistics);
      return withStatistics;
    }

    @Override
    public List<Embedding> embedDocuments(List<String> texts) {
      return lexical.embedDocuments(texts);
    }

    @Override
    public List<Embedding> embedQueries(List<String> texts) {
      return lexical.embedQueries(texts);
    }
  }
}
