package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.attunedb.index.internal.text.TextAnalysis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scores of repeatable searches against sums in doubles, to the last bit. */
class RepeatableSearchTest {
  private static final int DOCUMENTS = 600;
  private static final int DIMENSION = 200;
  private static final int K = 50;

  /** Every so many have text only. */
  private static final int WITHOUT_VECTOR = 7;

  private final SplittableRandom random = new SplittableRandom(8);
  private final TextAnalysis analysis = new TextAnalysis();
  private final List<Embedding> vectors = new ArrayList<>();
  private final ByteBuffersDirectory files = new ByteBuffersDirectory();

  @BeforeEach
  void draw() {
    for (int i = 0; i < DOCUMENTS; i++) {
      vectors.add(vector());
    }
  }

  @AfterEach
  void close() throws IOException {
    files.close();
  }

  private Embedding vector() {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) random.nextGaussian();
    }
    return Embedding.of(components).normalized();
  }

  private DirectoryReader written(Similarity similarity) throws IOException {
    DocumentMapper mapper = new DocumentMapper(similarity, false, analysis);
    try (IndexWriter writer = new IndexWriter(files, new IndexWriterConfig(analysis.analyzer()))) {
      for (int i = 0; i < DOCUMENTS; i++) {
        writer.addDocument(
            mapper.toLucene(
                i % WITHOUT_VECTOR == 0
                    ? Document.of("d" + i, "text")
                    : new Document("d" + i, "text", Metadata.empty(), vectors.get(i))));
        if (i == DOCUMENTS / 3) {
          writer.flush();
        }
      }
    }
    return DirectoryReader.open(files);
  }

  private static SegmentProfiles profiles(Similarity similarity) {
    return new SegmentProfiles(similarity, GraphMemory.none(), ReadAhead.none(), Runnable::run);
  }

  private static float expected(Similarity similarity, Embedding query, Embedding vector) {
    double dot = 0;
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      dot += (double) query.get(i) * vector.get(i);
      squares += Math.pow((double) query.get(i) - vector.get(i), 2);
    }
    return (float) (similarity == Similarity.EUCLIDEAN ? 1 / (1 + squares) : dot);
  }

  private List<SearchHit> search(
      DirectoryReader reader, Similarity similarity, Embedding query, boolean repeatable)
      throws IOException {
    try (SearchWorkers workers = new SearchWorkers(1)) {
      SnapshotSearcher searcher =
          new SnapshotSearcher(similarity, analysis, profiles(similarity), workers);
      SearchRequest request = SearchRequest.vector(query).k(K).withDocuments(false).build();
      Snapshot snapshot = new Snapshot(new IndexSearcher(reader));
      Search search = new Search(request, null, repeatable);
      return searcher.search(snapshot, search, query, searcher.start(request)).hits();
    }
  }

  @ParameterizedTest
  @EnumSource
  void search_repeatable_ordersByThePlainScoresThenById(Similarity similarity) throws IOException {
    Embedding query = vector();
    record Scored(String id, float score) {}
    List<Scored> truth =
        IntStream.range(0, DOCUMENTS)
            .filter(i -> i % WITHOUT_VECTOR != 0)
            .mapToObj(i -> new Scored("d" + i, expected(similarity, query, vectors.get(i))))
            .sorted(Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::id))
            .limit(K)
            .toList();
    try (DirectoryReader reader = written(similarity)) {
      List<SearchHit> repeatable = search(reader, similarity, query, true);
      List<SearchHit> usual = search(reader, similarity, query, false);

      assertThat(repeatable.stream().map(hit -> new Scored(hit.id(), hit.score())))
          .containsExactlyElementsOf(truth);
      assertThat(usual.stream().map(hit -> new Scored(hit.id(), hit.score())).toList())
          .as("SIMD adds up in another order")
          .isNotEqualTo(truth);
    }
  }

  /** What hybrid search and an adapter's memory ask for. */
  @Test
  void score_repeatable_isThePlainScoreAndNoneWithoutAVector() throws IOException {
    Embedding query = vector();
    List<Integer> docs = IntStream.range(0, DOCUMENTS).filter(i -> i % 3 == 0).boxed().toList();
    try (DirectoryReader reader = written(Similarity.COSINE);
        SearchWorkers workers = new SearchWorkers(1)) {
      VectorRanker ranker =
          new VectorRanker(Similarity.COSINE, profiles(Similarity.COSINE), workers);
      SearchClock clock = new SearchClock(System::nanoTime, null);
      Scope scope = Scope.of(new IndexSearcher(reader), clock, true);
      MatchingDocs matching = MatchingDocs.of(scope, null);

      float[] scores = ranker.score(scope, query.toArray(), docs, matching);

      for (int i = 0; i < scores.length; i++) {
        int doc = docs.get(i);
        Float score =
            doc % WITHOUT_VECTOR == 0
                ? Float.NaN
                : expected(Similarity.COSINE, query, vectors.get(doc));
        assertThat((Float) scores[i]).as("d" + doc).isEqualTo(score);
      }
    }
  }
}
