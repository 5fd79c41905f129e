package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What searches find under filters, by the ef that the planner derives for them. */
@TestInstance(Lifecycle.PER_CLASS)
class FilteredRecallTest {
  private static final int DOCUMENTS = 20_000;
  private static final int DIMENSION = 48;
  private static final int QUERIES = 150;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 1);
  private final SplittableRandom random = new SplittableRandom(2);
  private final List<Embedding> queries =
      IntStream.range(0, QUERIES).mapToObj(i -> clustered.draw(random)).toList();

  /** Its documents are filtered by how near they are to this. */
  private final Embedding pole = clustered.draw(random);

  private final Attune attune = Attune.inMemory(AttuneOptions.defaults().withMergeThreads(1));
  private VectorCollection collection;

  @BeforeAll
  void fill() {
    collection =
        attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      Embedding vector = clustered.draw(random);
      Metadata metadata =
          Metadata.builder()
              .put("row", (i * 7_919L) % DOCUMENTS)
              .put("likeness", Vectors.score(Similarity.COSINE, vector, pole))
              .build();
      documents.add(new Document("d" + i, null, metadata, vector));
    }
    for (int from = 0; from < DOCUMENTS; from += VectorCollection.MAX_BATCH) {
      collection.upsert(documents.subList(from, from + VectorCollection.MAX_BATCH));
    }
    collection.compact();
  }

  @AfterAll
  void close() {
    attune.close();
  }

  private static Filter share(double part) {
    return new Filter.Lt("row", MetadataValue.of(Math.round(DOCUMENTS * part)));
  }

  private record Outcome(double recall, double visited, int walks, int ef) {}

  private Outcome ask(Filter filter, SearchTuning tuning) {
    double found = 0;
    double visited = 0;
    int walks = 0;
    int ef = 0;
    for (Embedding query : queries) {
      SearchRequest.Builder request =
          SearchRequest.vector(query).k(10).filter(filter).withDocuments(false);
      Set<String> truth =
          new HashSet<>(collection.search(request.tuning(SearchTuning.exactScan()).build()).ids());
      SearchResponse response = collection.search(request.tuning(tuning).build());
      found += response.ids().stream().filter(truth::contains).count() / (double) truth.size();
      visited += response.stats().visited();
      walks += response.stats().plan() == Plan.GRAPH ? 1 : 0;
      ef = Math.max(ef, response.stats().ef());
    }
    return new Outcome(found / QUERIES, visited / QUERIES, walks, ef);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99})
  void search_filterOfAnyWidth_findsNearlyAll(double part) {
    assertThat(ask(share(part), SearchTuning.automatic()).recall).isGreaterThanOrEqualTo(0.98);
  }

  @ParameterizedTest
  @CsvSource({"0.3, 0.9", "0.5, 0.9", "0.5, 0.95", "0.9, 0.95", "0.9, 0.99"})
  void search_targetRecallUnderAFilter_isReached(double part, double target) {
    Outcome outcome = ask(share(part), SearchTuning.recall(target));

    assertThat(outcome.recall).isGreaterThanOrEqualTo(target);
  }

  /** Those that match are all on one side, where some queries are and most are not. */
  @ParameterizedTest
  @CsvSource({"0.0, false", "0.0, true", "0.2, true", "-0.2, false"})
  void search_filterByPlace_findsNearlyAll(double likeness, boolean above) {
    MetadataValue bound = MetadataValue.of(likeness);
    Filter filter = above ? new Filter.Gt("likeness", bound) : new Filter.Lt("likeness", bound);

    assertThat(ask(filter, SearchTuning.automatic()).recall).isGreaterThanOrEqualTo(0.98);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.7})
  void search_wideFilter_keepsFewerCandidatesThanWithout(double part) {
    int without = ask(share(1), SearchTuning.automatic()).ef;
    Outcome filtered = ask(share(part), SearchTuning.automatic());

    assertThat(filtered.walks).isEqualTo(QUERIES);
    assertThat(filtered.ef).isBetween(10, without);
  }
}
