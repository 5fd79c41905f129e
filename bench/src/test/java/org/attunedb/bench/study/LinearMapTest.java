package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinearMapTest {
  @Test
  void apply_identity_returnsTheQuery() {
    assertThat(LinearMap.identity(3).apply(new float[] {1, 0, -2})).containsExactly(1, 0, -2);
  }

  /** One step against the gradient of u·v changes u·v by as much as the calculus says. */
  @Test
  void addGradient_ofAProduct_isTheOuterProduct() {
    LinearMap map = LinearMap.identity(2);
    float[] query = {3, 4};
    float[] byOutput = {10, 20};
    float[] gradient = new float[4];

    map.addGradient(gradient, query, byOutput);
    Vectors.add(map.weights(), 1, gradient);

    // W = I + g·qᵀ = [1 + 30, 40; 60, 1 + 80]
    assertThat(map.apply(new float[] {1, 0})).containsExactly(31, 60);
    assertThat(map.apply(new float[] {0, 1})).containsExactly(40, 81);
  }

  @Test
  void copy_thenChanged_leavesTheOther() {
    LinearMap map = LinearMap.identity(2);
    LinearMap copy = map.copy();

    map.weights()[0] = 7;

    assertThat(copy.apply(new float[] {1, 1})).containsExactly(1, 1);
  }
}
