package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Walks among more copies of one vector than they have candidates. */
class CopiesTest {
  private static final int COPIES = 5_000;
  private static final int OTHERS = 500;
  private static final int DIMENSION = 16;
  private static final int EF = 32;

  private final SplittableRandom random = new SplittableRandom(6);
  private final Embedding copied = Vectors.random(DIMENSION, random);

  private VectorCollection fill(Attune attune, VectorFormat format) {
    VectorCollection collection =
        attune.createCollection(
            "copies",
            CollectionSpec.vectors(DIMENSION, Similarity.COSINE).withVectorFormat(format));
    List<Document> documents = new ArrayList<>();
    IntStream.range(0, OTHERS)
        .forEach(i -> documents.add(Document.of("a" + i, Vectors.random(DIMENSION, random))));
    IntStream.range(0, COPIES).forEach(i -> documents.add(Document.of("b" + i, copied)));
    collection.upsert(documents);
    collection.compact();
    return collection;
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorFormat.class,
      names = {"FLOAT32", "JVECTOR"})
  void search_farMoreCopiesThanCandidates_visitsFewOfThem(VectorFormat format) {
    try (Attune attune = Attune.inMemory()) {
      SearchResponse response =
          fill(attune, format)
              .search(SearchRequest.vector(copied).k(10).ef(EF).withDocuments(false).build());

      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      assertThat(response.hits()).hasSize(10).allMatch(hit -> hit.id().startsWith("b"));
      assertThat(response.stats().visited()).isLessThan(COPIES / 4);
    }
  }
}
