package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.attunedb.index.VectorFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the model makes of collections of which measurements are written down. */
class CostModelTest {
  /** The limit of the formats: a larger segment gets a graph when it is merged. */
  private static final int GRAPHLESS_VECTORS = 2_000;

  private static final int EF = 32;

  private final CostModel floats = CostModel.of(VectorFormat.FLOAT32);

  private double walk(int dimension) {
    return floats.walk(CostModel.visits(EF), 0, dimension);
  }

  private double scan(long vectors, int dimension) {
    return floats.scan(vectors, dimension);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 128, 384, 768, 1_536, 4_096})
  void scan_segmentWithoutGraph_costsLittleMoreThanAWalkWould(int dimension) {
    assertThat(scan(GRAPHLESS_VECTORS, dimension) / walk(dimension)).isLessThan(2.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 384, 768, 1_536, 4_096})
  void walk_twentyThousandVectors_costsLessThanAScan(int dimension) {
    assertThat(walk(dimension)).isLessThan(scan(20_000, dimension) / 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 64, 128, 768, 4_096})
  void scan_fiveHundredVectors_costsLessThanAWalk(int dimension) {
    assertThat(scan(500, dimension)).isLessThan(walk(dimension));
  }

  /**
   * Nanoseconds of a scanned vector and of a visit as they were measured, see docs/performance.md.
   * Where their ratio is met within 1.3, what is chosen costs at most 1.3 times the better.
   */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 128, 34, 170", "FLOAT32, 768, 156, 390",
    "INT8, 128, 42, 330", "INT8, 768, 167, 590",
    "INT4, 128, 24, 155", "INT4, 768, 153, 405",
    "BINARY, 128, 28, 200", "BINARY, 768, 160, 400",
    "JVECTOR, 128, 29, 300", "JVECTOR, 768, 156, 590",
    "LVQ8, 128, 80, 290", "LVQ8, 768, 250, 540"
  })
  void ratio_everyFormat_isTheMeasuredOne(
      VectorFormat format, int dimension, double scanned, double visited) {
    CostModel model = CostModel.of(format);

    double ratio = model.walk(1, 0, dimension) / model.scan(1, dimension);

    assertThat(ratio).isCloseTo(visited / scanned, Percentage.withPercentage(23));
  }
}
