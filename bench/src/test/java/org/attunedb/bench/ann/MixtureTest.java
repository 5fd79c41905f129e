package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MixtureTest {
  private static final MixtureShape SHAPE = new MixtureShape(16, 5, 4, 0.6, 0.2, 0, 1);

  private static List<float[]> rows(MixtureShape shape) {
    Mixture mixture = new Mixture(shape);
    return IntStream.range(0, 400).mapToObj(mixture::base).toList();
  }

  private static boolean same(List<float[]> a, List<float[]> b) {
    return IntStream.range(0, a.size()).allMatch(i -> Arrays.equals(a.get(i), b.get(i)));
  }

  @Test
  void base_sameSeed_isTheSameInAnyOrderAndOfUnitLength() {
    Mixture mixture = new Mixture(SHAPE);
    List<float[]> rows = rows(SHAPE);

    assertThat(mixture.base(399)).containsExactly(rows.get(399));
    assertThat(mixture.base(0)).containsExactly(rows.get(0));
    assertThat(mixture.query(0)).isNotEqualTo(rows.get(0));
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(Closeness.of(org.attunedb.core.Similarity.DOT_PRODUCT, row, row))
                    .isCloseTo(1, within(1e-5f)));
  }

  @Test
  void base_everyParameter_hasAnEffect() {
    List<float[]> rows = rows(SHAPE);

    assertThat(rows(new MixtureShape(17, 5, 4, 0.6, 0.2, 0, 1)).getFirst()).hasSize(17);
    for (MixtureShape other :
        List.of(
            new MixtureShape(16, 6, 4, 0.6, 0.2, 0, 1),
            new MixtureShape(16, 5, 3, 0.6, 0.2, 0, 1),
            new MixtureShape(16, 5, 4, 0.5, 0.2, 0, 1),
            new MixtureShape(16, 5, 4, 0.6, 0.1, 0, 1),
            new MixtureShape(16, 5, 4, 0.6, 0.2, 0.3, 1),
            new MixtureShape(16, 5, 4, 0.6, 0.2, 0, 2))) {
      assertThat(same(rows, rows(other))).as(other.toString()).isFalse();
    }
  }

  @Test
  void base_duplicates_areSoManyAndExact() {
    List<float[]> rows = rows(new MixtureShape(16, 5, 4, 0.6, 0.2, 0.3, 1));

    Set<String> different = new HashSet<>();
    rows.forEach(row -> different.add(Arrays.toString(row)));
    // 400 draws of 0.3: five standard deviations are 46.
    assertThat(400 - different.size()).isBetween(120 - 46, 120 + 46);
  }

  @Test
  void base_tightClusters_lieCloser() {
    assertThat(meanOfNearest(new MixtureShape(16, 5, 4, 0.05, 0.02, 0, 1)))
        .isGreaterThan(meanOfNearest(SHAPE));
  }

  /** Mean closeness of the nearest other row. */
  private static double meanOfNearest(MixtureShape shape) {
    List<float[]> rows = rows(shape);
    return IntStream.range(0, rows.size())
        .mapToDouble(
            i ->
                IntStream.range(0, rows.size())
                    .filter(j -> j != i)
                    .mapToDouble(
                        j ->
                            Closeness.of(
                                org.attunedb.core.Similarity.COSINE, rows.get(i), rows.get(j)))
                    .max()
                    .orElseThrow())
        .average()
        .orElseThrow();
  }

  @Test
  void shape_outOfRange_isRefused() {
    assertThatThrownBy(() -> new MixtureShape(0, 5, 4, 0.6, 0.2, 0, 1))
        .hasMessage("--d is 0, expected 1 to 4096");
    assertThatThrownBy(() -> new MixtureShape(16, 0, 4, 0.6, 0.2, 0, 1))
        .hasMessageStartingWith("--clusters is 0");
    assertThatThrownBy(() -> new MixtureShape(16, 5, 0, 0.6, 0.2, 0, 1))
        .hasMessageStartingWith("--rank is 0");
    assertThatThrownBy(() -> new MixtureShape(16, 5, 4, Double.NaN, 0.2, 0, 1))
        .hasMessageStartingWith("--within is NaN");
    assertThatThrownBy(() -> new MixtureShape(16, 5, 4, 0.6, -1, 0, 1))
        .hasMessageStartingWith("--noise is -1.0");
    assertThatThrownBy(() -> new MixtureShape(16, 5, 4, 0.6, 0.2, 1, 1))
        .hasMessage("--duplicates is 1.0, expected 0 to below 1");
  }
}
