package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Similarity;
import org.junit.jupiter.api.Test;

/** What a walk is told of the candidates that it brings. */
class GraphHitsTest {
  private static final int EF = 4;

  private final TopHits top = new TopHits(2, null, new IdOrder(List.of()));
  private final GraphHits hits =
      new GraphHits(EF, 1_000, Similarity.EUCLIDEAN, top, SearchClock.unlimited(), floor());

  private static ScoreFloor.Leaf floor() {
    return ScoreFloor.none();
  }

  private void fill(float score) {
    for (int doc = 0; doc < EF; doc++) {
      assertThat(hits.collect(doc, score)).isTrue();
    }
  }

  @Test
  void collect_fewShareTheWorstScore_letsTheWalkGoOnAmongThem() {
    fill(0.5f);

    for (int doc = EF; doc < 8 * EF; doc++) {
      assertThat(hits.collect(doc, 0.5f)).isFalse();
    }

    assertThat(hits.minCompetitiveSimilarity()).isLessThan(0.5f).isGreaterThan(0.4999f);
  }

  @Test
  void collect_veryManyShareTheWorstScore_endsTheWalkAmongThem() {
    fill(0.5f);
    boolean told = false;
    for (int doc = EF; doc < 20 * EF; doc++) {
      told |= hits.collect(doc, 0.5f);
    }

    assertThat(told).as("asks for the floor again").isTrue();
    assertThat(hits.minCompetitiveSimilarity()).isEqualTo(0.5f);
  }

  @Test
  void offer_moreThanWanted_leavesTheBestOfTheSegment() throws IOException {
    float[] scores = {0.1f, 0.9f, 0.3f, 0.2f, 0.8f, 0.05f, 0.7f};
    for (int doc = 0; doc < scores.length; doc++) {
      hits.collect(doc, scores[doc]);
    }

    hits.offer();

    List<ScoreDoc> best = top.bestFirst();
    assertThat(best).extracting(hit -> hit.doc).containsExactly(1_001, 1_004);
    assertThat(best).extracting(hit -> hit.score).containsExactly(0.9f, 0.8f);
  }
}
