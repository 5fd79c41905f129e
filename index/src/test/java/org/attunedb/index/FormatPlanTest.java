package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;
import org.junit.jupiter.api.Test;

/** The plan follows what a format's walks cost, not only how many documents match. */
class FormatPlanTest {
  private static final int DOCUMENTS = 6_000;
  private static final int DIMENSION = 64;
  private static final int STEPS = 100;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 1);
  private final SplittableRandom random = new SplittableRandom(2);
  private final Embedding query = clustered.draw(random);
  private final List<Document> documents = documents();

  private List<Document> documents() {
    List<Document> made = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      Metadata metadata = Metadata.builder().put("step", i % STEPS).build();
      made.add(new Document("d" + i, null, metadata, clustered.draw(random)));
    }
    return made;
  }

  /** The percentage of matches from which on the graph is walked with an ef. */
  private int firstWalked(Attune attune, VectorFormat format) {
    VectorCollection collection =
        attune.createCollection(
            format.name().toLowerCase(Locale.ROOT),
            CollectionSpec.vectors(DIMENSION, Similarity.COSINE).withVectorFormat(format));
    collection.upsert(documents);
    collection.compact();
    for (int step = 1; step <= STEPS; step++) {
      Filter filter = new Filter.Lt("step", MetadataValue.of(step));
      SearchRequest request = SearchRequest.vector(query).ef(40).filter(filter).build();
      if (collection.search(request).stats().plan() == Plan.GRAPH) {
        return step;
      }
    }
    return STEPS + 1;
  }

  @Test
  void plan_dearerWalks_areTakenUnderWiderFiltersOnly() {
    try (Attune attune = Attune.inMemory()) {
      int floats = firstWalked(attune, VectorFormat.FLOAT32);

      assertThat(floats).isBetween(2, STEPS - 1);
      assertThat(firstWalked(attune, VectorFormat.INT8)).isGreaterThan(floats);
      assertThat(firstWalked(attune, VectorFormat.JVECTOR)).isGreaterThan(floats);
    }
  }
}
