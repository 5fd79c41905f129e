package org.attunedb.core.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedderInfoTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void new_blankName_isRefused(String name) {
    assertRefused(ErrorCode.NAME_INVALID, () -> new EmbedderInfo(name, 8));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4_097, Integer.MAX_VALUE})
  void new_dimensionOutOfRange_isRefusedNamingTheModel(int dimension) {
    assertRefused(ErrorCode.DIMENSION_OUT_OF_RANGE, () -> new EmbedderInfo("model-1", dimension))
        .withMessageContaining("'model-1'")
        .withMessageContaining("4096");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4_096})
  void new_dimensionAtTheLimits_isAccepted(int dimension) {
    assertThat(new EmbedderInfo("model-1", dimension).dimension()).isEqualTo(dimension);
  }
}
