package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a target recall is worth: queries that no calibration saw, against the exact answer, on one
 * segment and on several.
 */
@TestInstance(Lifecycle.PER_CLASS)
class HeldOutRecallTest {
  private static final int DIMENSION = 192;
  private static final int BATCH = 3_000;
  private static final int BATCHES = 4;
  private static final int QUERIES = 200;

  /** What is searched. */
  enum Data {
    /** Clusters that overlap. */
    WIDE(0.6, 0.2),
    /** Clusters far apart. */
    TIGHT(0.1, 0.02);

    private final double within;
    private final double noise;

    Data(double within, double noise) {
      this.within = within;
      this.noise = noise;
    }
  }

  /** Whether everything was merged. */
  enum Segments {
    ONE,
    MANY
  }

  private final Map<Data, List<Embedding>> queries = new EnumMap<>(Data.class);
  private final Attune attune = Attune.inMemory(AttuneOptions.defaults().withMergeThreads(1));

  private List<Embedding> queries(Data data) {
    return Objects.requireNonNull(queries.get(data));
  }

  @BeforeAll
  void fill() {
    for (Data data : Data.values()) {
      Clustered clustered = new Clustered(DIMENSION, data.within, data.noise, 5);
      SplittableRandom random = new SplittableRandom(6);
      VectorCollection many = attune.createCollection(name(data, Segments.MANY), spec());
      VectorCollection one = attune.createCollection(name(data, Segments.ONE), spec());
      for (int batch = 0; batch < BATCHES; batch++) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          documents.add(Document.of("d" + (batch * BATCH + i), clustered.draw(random)));
        }
        many.upsert(documents);
        one.upsert(documents);
      }
      one.compact();
      queries.put(data, IntStream.range(0, QUERIES).mapToObj(i -> clustered.draw(random)).toList());
    }
    for (Data data : Data.values()) {
      Searches.awaitGraphs(collection(data, Segments.MANY), queries(data).getFirst());
    }
  }

  private static CollectionSpec spec() {
    return CollectionSpec.vectors(DIMENSION, Similarity.COSINE);
  }

  private static String name(Data data, Segments segments) {
    return (data + "-" + segments).toLowerCase(Locale.ROOT);
  }

  private VectorCollection collection(Data data, Segments segments) {
    return attune.collection(name(data, segments));
  }

  @AfterAll
  void close() {
    attune.close();
  }

  private record Outcome(double recall, double visited) {}

  private static Outcome ask(
      VectorCollection collection, List<Embedding> asked, SearchTuning tuning) {
    double found = 0;
    double visited = 0;
    for (Embedding query : asked) {
      SearchRequest.Builder request = SearchRequest.vector(query).withDocuments(false);
      Set<String> truth =
          new HashSet<>(collection.search(request.tuning(SearchTuning.exactScan()).build()).ids());
      SearchResponse response = collection.search(request.tuning(tuning).build());
      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      found += response.ids().stream().filter(truth::contains).count() / (double) truth.size();
      visited += response.stats().visited();
    }
    return new Outcome(found / asked.size(), visited / asked.size());
  }

  @ParameterizedTest
  @CsvSource({
    "WIDE, ONE, 0.9", "WIDE, ONE, 0.95", "WIDE, ONE, 0.99",
    "WIDE, MANY, 0.9", "WIDE, MANY, 0.95", "WIDE, MANY, 0.99",
    "TIGHT, ONE, 0.9", "TIGHT, ONE, 0.95", "TIGHT, ONE, 0.99",
    "TIGHT, MANY, 0.9", "TIGHT, MANY, 0.95", "TIGHT, MANY, 0.99"
  })
  void search_targetRecall_isReachedByHeldOutQueries(Data data, Segments segments, double target) {
    Outcome outcome = ask(collection(data, segments), queries(data), SearchTuning.recall(target));

    assertThat(outcome.recall()).isGreaterThanOrEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({"WIDE, ONE", "WIDE, MANY", "TIGHT, ONE", "TIGHT, MANY"})
  void search_higherTarget_comparesMore(Data data, Segments segments) {
    Outcome low = ask(collection(data, segments), queries(data), SearchTuning.recall(0.5));
    Outcome high = ask(collection(data, segments), queries(data), SearchTuning.recall(0.99));

    assertThat(high.visited()).isGreaterThan(low.visited());
  }

  @ParameterizedTest
  @CsvSource({"WIDE, ONE", "WIDE, MANY", "TIGHT, ONE", "TIGHT, MANY"})
  void search_automatic_findsNinetyNineOfAHundred(Data data, Segments segments) {
    Outcome outcome = ask(collection(data, segments), queries(data), SearchTuning.automatic());

    assertThat(outcome.recall()).isGreaterThanOrEqualTo(0.99);
  }

  /**
   * Random directions have no cluster: the documented limit of what a calibration with documents is
   * worth. What they find is less than what was asked for, and far from nothing.
   */
  @ParameterizedTest
  @EnumSource
  void search_queriesOfAnotherKind_findLess(Segments segments) {
    SplittableRandom random = new SplittableRandom(9);
    List<Embedding> others =
        IntStream.range(0, QUERIES).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();

    Outcome outcome = ask(collection(Data.TIGHT, segments), others, SearchTuning.recall(0.99));
    Outcome wider = ask(collection(Data.TIGHT, segments), others, SearchTuning.ef(400));

    assertThat(outcome.recall()).isBetween(0.5, 0.95);
    assertThat(wider.recall()).isGreaterThan(outcome.recall());
  }
}
