package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What deletions cost searches of a graph, in recall and in vectors compared. */
@Timeout(600)
class DeletionsTest {
  private static final int DOCUMENTS = 4_000;
  private static final int DIMENSION = 32;
  private static final int QUERIES = 250;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 1);
  private final SplittableRandom random = new SplittableRandom(3);
  private final List<Embedding> vectors =
      IntStream.range(0, DOCUMENTS).mapToObj(i -> clustered.draw(random)).toList();
  private final List<Embedding> queries =
      IntStream.range(0, QUERIES).mapToObj(i -> clustered.draw(random)).toList();
  private final Attune attune = Attune.inMemory(AttuneOptions.defaults().withMergeThreads(1));
  private final VectorCollection things =
      attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));

  @BeforeEach
  void fill() {
    put(IntStream.range(0, DOCUMENTS).toArray());
    things.compact();
  }

  @AfterEach
  void close() {
    attune.close();
  }

  private void put(int[] rows) {
    List<Document> documents = new ArrayList<>();
    for (int row : rows) {
      documents.add(Document.of("d" + row, vectors.get(row)));
    }
    things.upsert(documents);
  }

  private void delete(int[] rows) {
    things.delete(IntStream.of(rows).mapToObj(row -> "d" + row).toList());
  }

  private record Outcome(double recall, double visited) {}

  private Outcome ask(int ef) {
    double found = 0;
    double visited = 0;
    for (Embedding query : queries) {
      SearchRequest.Builder request = SearchRequest.vector(query).k(10).withDocuments(false);
      Set<String> truth =
          new HashSet<>(things.search(request.tuning(SearchTuning.exactScan()).build()).ids());
      SearchResponse response = things.search(request.ef(ef).build());
      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      found += response.ids().stream().filter(truth::contains).count() / 10.0;
      visited += response.stats().visited();
    }
    return new Outcome(found / QUERIES, visited / QUERIES);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 7})
  void search_mostDeleted_findsAsMuch(int tenths) {
    Map<Integer, Outcome> fresh = new HashMap<>();
    for (int ef : List.of(16, 32, 64, 128)) {
      fresh.put(ef, ask(ef));
    }
    BulkLoad hold = things.bulkLoad(progress -> {});
    try {
      delete(IntStream.range(0, DOCUMENTS).filter(row -> row % 10 < tenths).toArray());

      fresh.forEach(
          (ef, before) -> {
            SearchRequest request = SearchRequest.vector(queries.getFirst()).k(10).ef(ef).build();
            assertThat(things.search(request).stats().ef()).as("all of them live").isEqualTo(ef);
            assertThat(ask(ef).recall).as("ef %d", ef).isGreaterThan(before.recall - 0.005);
          });
    } finally {
      hold.close();
    }
  }

  @Test
  void search_thirtyPercentDeleted_comparesLittleMoreAndFindsAsMuch() {
    Map<Integer, Outcome> fresh = new HashMap<>();
    for (int ef : List.of(16, 32, 64, 128)) {
      fresh.put(ef, ask(ef));
    }
    BulkLoad hold = things.bulkLoad(progress -> {});
    try {
      delete(IntStream.range(0, DOCUMENTS).filter(row -> row % 10 < 3).toArray());
      assertThat(things.stats().deletedDocuments()).isEqualTo(DOCUMENTS * 3L / 10);

      fresh.forEach(
          (ef, before) -> {
            Outcome after = ask(ef);
            assertThat(after.recall).as("ef %d", ef).isGreaterThan(before.recall - 0.005);
            assertThat(after.visited).as("ef %d", ef).isLessThan(before.visited * 1.25);
          });
    } finally {
      hold.close();
    }
  }
}
