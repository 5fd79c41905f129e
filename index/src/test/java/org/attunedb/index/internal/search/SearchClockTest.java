package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.SearchTimeoutException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Mmr;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.attunedb.index.internal.text.TextAnalysis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Timeouts by a clock that moves on by one nanosecond each time it is read: how often a search
 * looks at it is how often it could be ended.
 */
class SearchClockTest {
  private static final int DOCUMENTS = 8_192;
  private static final int DIMENSION = 4;

  private final SplittableRandom random = new SplittableRandom(8);
  private final AtomicLong readings = new AtomicLong();
  private final TextAnalysis analysis = new TextAnalysis();
  private final SnapshotSearcher searcher =
      new SnapshotSearcher(
          Similarity.EUCLIDEAN,
          analysis,
          new SegmentProfiles(
              Similarity.EUCLIDEAN, GraphMemory.none(), ReadAhead.none(), Runnable::run),
          new SearchWorkers(1),
          readings::incrementAndGet);
  private final ByteBuffersDirectory files = new ByteBuffersDirectory();
  private DirectoryReader reader;

  @BeforeEach
  void fill() throws IOException {
    DocumentMapper mapper = new DocumentMapper(Similarity.EUCLIDEAN, false, analysis);
    try (IndexWriter writer = new IndexWriter(files, new IndexWriterConfig(analysis.analyzer()))) {
      for (int i = 0; i < DOCUMENTS; i++) {
        writer.addDocument(
            mapper.toLucene(
                new Document("d" + i, "word " + i % 7, Metadata.of("name", "name" + i), vector())));
      }
      writer.forceMerge(1);
    }
    reader = DirectoryReader.open(files);
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    files.close();
  }

  private Embedding vector() {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) random.nextGaussian();
    }
    return Embedding.of(components);
  }

  private SearchRequest.Builder request(SearchMode mode) {
    return SearchRequest.of(new Query.ByTextAndEmbedding("word 3", vector())).mode(mode);
  }

  private SearchResponse search(SearchRequest request) throws IOException {
    Embedding vector =
        request.mode() == SearchMode.KEYWORD
            ? null
            : ((Query.ByTextAndEmbedding) request.query()).embedding();
    Snapshot snapshot = new Snapshot(new IndexSearcher(reader));
    return searcher.search(snapshot, new Search(request, null), vector, searcher.start(request));
  }

  /** How often a search reads the clock that it may not outlast. */
  private long checks(SearchRequest.Builder request) throws IOException {
    long before = readings.get();
    search(request.timeout(Duration.ofDays(1)).build());
    return readings.get() - before;
  }

  private void assertEnds(SearchRequest.Builder request, long after) {
    long before = readings.get();

    assertThatExceptionOfType(SearchTimeoutException.class)
        .isThrownBy(() -> search(request.timeout(Duration.ofNanos(after)).build()));
    // Between the fault and the next look at the clock nothing else is done.
    assertThat(readings.get() - before).isBetween(after, after + 2);
  }

  @Test
  void search_exactScan_looksAtTheClockEveryFewHundredVectors() throws IOException {
    SearchRequest.Builder scan = request(SearchMode.VECTOR).tuning(SearchTuning.exactScan());

    assertThat(checks(scan)).isGreaterThanOrEqualTo(DOCUMENTS / SearchClock.INTERVAL);
    for (long after = 1; after <= DOCUMENTS / SearchClock.INTERVAL; after++) {
      assertEnds(scan, after);
    }
  }

  @Test
  void search_graphWalk_looksAtTheClockEveryFewHundredVectors() throws IOException {
    SearchRequest.Builder walk =
        request(SearchMode.VECTOR).k(10).tuning(new SearchTuning(3_000, false));
    long visited = search(walk.build()).stats().visited();

    assertThat(visited).isBetween(3_000L, (long) DOCUMENTS);
    long checks = checks(walk);
    assertThat(checks).isGreaterThanOrEqualTo(visited / (2 * SearchClock.INTERVAL));
    assertEnds(walk, checks / 2);
  }

  @Test
  void search_filterOverManyTerms_looksAtTheClockBeforeAnyVector() throws IOException {
    Filter substring = new Filter.Contains("name", "e8");
    SearchRequest.Builder filtered = request(SearchMode.VECTOR).filter(substring);
    long unfiltered = checks(request(SearchMode.VECTOR).filter(new Filter.Exists("name")));

    long checks = checks(filtered);
    assertThat(checks).isGreaterThan(unfiltered);
    // Another one of the same length, as the matches of the first are remembered.
    assertEnds(request(SearchMode.VECTOR).filter(new Filter.Contains("name", "e7")), checks / 2);
  }

  @Test
  void search_keywords_looksAtTheClock() throws IOException {
    SearchRequest.Builder keywords = request(SearchMode.KEYWORD).k(5_000);
    long checks = checks(keywords);

    assertThat(checks).isGreaterThan(4);
    for (long after = 1; after < checks - 1; after++) {
      assertEnds(keywords, after);
    }
  }

  @Test
  void search_hybridAndDiversity_lookAtTheClock() throws IOException {
    for (SearchRequest.Builder request :
        List.of(
            request(SearchMode.HYBRID).k(20),
            request(SearchMode.VECTOR).k(100).mmr(new Mmr(0.5, 1_000)))) {
      long checks = checks(request);
      assertThat(checks).isGreaterThan(20);
      assertEnds(request, checks - 5);
    }
  }

  @Test
  void search_withoutTimeout_readsTheClockTwice() throws IOException {
    for (SearchMode mode : SearchMode.values()) {
      long before = readings.get();

      assertThat(search(request(mode).build()).stats().elapsed()).isEqualTo(Duration.ofNanos(1));
      assertThat(readings.get() - before).isEqualTo(2);
    }
  }
}
