package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the model makes of collections of which measurements are written down. */
class CostModelTest {
  /** The limit of the formats: a larger segment gets a graph when it is merged. */
  private static final int GRAPHLESS_VECTORS = 2_000;

  private static final int EF = 32;

  private static double walk(int dimension) {
    return CostModel.walk(CostModel.visits(EF), dimension);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 128, 384, 768, 1_536, 4_096})
  void scan_segmentWithoutGraph_costsLittleMoreThanAWalkWould(int dimension) {
    assertThat(CostModel.scan(GRAPHLESS_VECTORS, dimension) / walk(dimension)).isLessThan(2.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 384, 768, 1_536, 4_096})
  void walk_twentyThousandVectors_costsLessThanAScan(int dimension) {
    assertThat(walk(dimension)).isLessThan(CostModel.scan(20_000, dimension) / 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 64, 128, 768, 4_096})
  void scan_fiveHundredVectors_costsLessThanAWalk(int dimension) {
    assertThat(CostModel.scan(500, dimension)).isLessThan(walk(dimension));
  }
}
