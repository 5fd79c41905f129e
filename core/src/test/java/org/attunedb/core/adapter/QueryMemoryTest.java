package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.QueryMemory.Relevant;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries as bytes. */
class QueryMemoryTest {
  private static final Logistic CURVE = new Logistic(6, -3);

  private final SplittableRandom random = new SplittableRandom(3);

  /** Rounding moves a component by half a step, scale / 254, at most. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 64, 1024})
  void of_queries_keepsComponentsToHalfAStep(int dimension) {
    for (int i = 0; i < 20; i++) {
      Embedding query = Embedding.unit(RandomAdapters.vector(dimension, random));
      QueryMemory memory = memory(query);

      float[] kept = memory.query(0);

      float scale = memory.scales()[0];
      for (int c = 0; c < dimension; c++) {
        assertThat(kept[c]).isCloseTo(query.get(c), within(scale / 254 * 1.0001f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 63, 64})
  void dot_anyVector_isTheProductWithTheKeptQuery(int dimension) {
    List<Embedding> queries =
        List.of(
            Embedding.unit(RandomAdapters.vector(dimension, random)),
            Embedding.unit(RandomAdapters.vector(dimension, random)));
    QueryMemory memory = memory(queries.get(0), queries.get(1));
    float[] vector = RandomAdapters.vector(dimension, random);
    for (int q = 0; q < 2; q++) {
      double expected = 0;
      float[] kept = memory.query(q);
      for (int c = 0; c < dimension; c++) {
        expected += (double) kept[c] * vector[c];
      }

      assertThat(memory.dot(q, new Quarters(vector))).isCloseTo((float) expected, within(1e-4f));
    }
  }

  @Test
  void of_zeroQuery_staysZero() {
    QueryMemory memory = memory(Embedding.of(0, 0, 0));

    assertThat(memory.query(0)).containsExactly(0, 0, 0);
    assertThat(memory.dot(0, new Quarters(new float[] {1, 2, 3}))).isZero();
  }

  @Test
  void codes_changedCopy_changesNothing() {
    QueryMemory memory = memory(Embedding.of(0, 1));

    memory.codes()[0] = 5;
    memory.scales()[0] = 0;

    assertThat(memory).isEqualTo(memory(Embedding.of(0, 1)));
    assertThat(memory).hasSameHashCodeAs(memory(Embedding.of(0, 1)));
  }

  @Test
  void equals_anotherPart_isFalse() {
    QueryMemory memory = memory(Embedding.of(0, 1));

    assertThat(memory).isNotEqualTo(memory(Embedding.of(1, 0)));
    assertThat(memory)
        .isNotEqualTo(
            QueryMemory.of(
                List.of(Embedding.of(0, 1)),
                List.of(List.of(new Relevant("other", 1))),
                CURVE,
                CURVE))
        .isNotEqualTo(
            QueryMemory.of(
                List.of(Embedding.of(0, 1)),
                List.of(List.of(new Relevant("d", 1))),
                CURVE,
                Logistic.UNKNOWN));
  }

  @ParameterizedTest
  @CsvSource({"0,2,0", "2,2,5", "2,3,4", "2,-1,-2"})
  void construct_shapesThatDisagree_areRefused(int scales, int dimension, int codes) {
    assertRefused(
        ErrorCode.ADAPTER_INVALID,
        () ->
            new QueryMemory(
                dimension,
                new byte[Math.max(0, codes)],
                new float[scales],
                Collections.nCopies(scales, List.of()),
                CURVE,
                CURVE));
  }

  @Test
  void construct_moreQueriesThanAMemoryHolds_isRefusedWithBothNumbers() {
    int most = QueryMemory.MAX_QUERIES;

    assertThat(empty(most).count()).isEqualTo(most);
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> empty(most + 1))
        .withMessageContaining("16385")
        .withMessageContaining("16384");
  }

  @Test
  void construct_documentsOfOtherQueries_isRefused() {
    assertRefused(
        ErrorCode.ADAPTER_INVALID,
        () -> new QueryMemory(1, new byte[2], new float[2], List.of(List.of()), CURVE, CURVE));
  }

  @Test
  void of_queryThatIsNotOfUnitLength_isRefused() {
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> memory(Embedding.of(3, 4)))
        .withMessageContaining("scale is 4");
  }

  private static QueryMemory empty(int count) {
    return new QueryMemory(
        1, new byte[count], new float[count], Collections.nCopies(count, List.of()), CURVE, CURVE);
  }

  private static QueryMemory memory(Embedding... queries) {
    return QueryMemory.of(
        List.of(queries),
        Collections.nCopies(queries.length, List.of(new Relevant("d", 1))),
        CURVE,
        CURVE);
  }
}
