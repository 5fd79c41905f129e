package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clusters much farther from each other than they are wide, and 30 % exact duplicates: graphs that
 * lose the way between clusters, or fill a node's neighbours with copies, never find some vectors,
 * and codes don't tell those of one cluster apart.
 */
@TestInstance(Lifecycle.PER_CLASS)
class TightClustersTest {
  private static final int DOCUMENTS = 8_000;
  private static final int DIMENSION = 96;
  private static final int CLUSTERS = 80;
  private static final double WIDTH = 0.05;
  private static final int K = 10;

  private final SplittableRandom random = new SplittableRandom(19);
  private final List<Embedding> centres =
      IntStream.range(0, CLUSTERS).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
  private final List<Document> documents = new ArrayList<>();
  private final List<Embedding> queries =
      IntStream.range(0, 3 * CLUSTERS).mapToObj(this::near).toList();

  private Embedding near(int i) {
    return Vectors.near(Vectors.doubles(centres.get(i % CLUSTERS)), WIDTH, random);
  }

  @BeforeAll
  void make() {
    List<Embedding> vectors = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      boolean repeats = i > 0 && random.nextDouble() < 0.3;
      vectors.add(repeats ? vectors.get(random.nextInt(i)) : near(i));
      documents.add(Document.of("d" + i, vectors.get(i)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void search_tightClustersAndDuplicates_reachesARecallOf99Percent(VectorFormat format) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection things =
          attune.createCollection(
              "things",
              CollectionSpec.vectors(DIMENSION, Similarity.COSINE).withVectorFormat(format));
      things.upsert(documents);
      things.compact();

      assertThat(recall(things, reaching(format))).isGreaterThanOrEqualTo(0.99);
    }
  }

  /** The fewest candidates for which that is promised; a cluster has about 100 vectors. */
  private static int reaching(VectorFormat format) {
    return switch (format) {
      case FLOAT32, JVECTOR, LVQ8 -> 400;
      case INT8, INT4, BINARY -> 1_600;
    };
  }

  /** By scores: equal vectors stand for each other. */
  private double recall(VectorCollection things, int ef) {
    int found = 0;
    for (Embedding query : queries) {
      SearchRequest.Builder request = SearchRequest.vector(query).k(K).withDocuments(false);
      float last =
          things.search(request.tuning(SearchTuning.exactScan()).build()).hits().get(K - 1).score();
      var walked = things.search(request.tuning(SearchTuning.ef(ef)).build());
      assertThat(walked.stats().plan()).isEqualTo(Plan.GRAPH);
      for (SearchHit hit : walked.hits()) {
        found += hit.score() >= last ? 1 : 0;
      }
    }
    return found / (double) (K * queries.size());
  }
}
