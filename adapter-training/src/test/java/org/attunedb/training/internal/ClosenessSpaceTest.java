package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.SeenBlend;
import org.junit.jupiter.api.Test;

class ClosenessSpaceTest {
  private final SplittableRandom random = new SplittableRandom(8);

  @Test
  void closeness_spaceOfFullRank_isTheLargestCosine() {
    List<float[]> hidden = gaussian(30, 12);

    ClosenessSpace space = ClosenessSpace.of(hidden, 1);

    for (float[] query : gaussian(20, 12)) {
      double largest =
          hidden.stream().mapToDouble(anchor -> cosine(anchor, query)).max().orElseThrow();
      assertThat(space.closeness(query)).isEqualTo(largest, within(1e-9));
    }
    assertThat(space.closeness(hidden.get(7))).isEqualTo(1, within(1e-9));
  }

  @Test
  void closeness_zeroVectors_isZero() {
    ClosenessSpace space = ClosenessSpace.of(List.of(new float[5], new float[5]), 1);

    assertThat(space.closeness(new float[] {1, 2, 3, 4, 5})).isZero();
  }

  @Test
  void of_manyQueries_keepsAsManyAnchorsAsABlendHolds() {
    List<float[]> hidden = gaussian(SeenBlend.MAX_ANCHORS + 100, 4);

    SeenBlend blend = ClosenessSpace.of(hidden, 1).blend(new Calibration(3, 0.5), 0.25f);

    assertThat(blend.count()).isEqualTo(SeenBlend.MAX_ANCHORS);
    assertThat(blend.rank()).isEqualTo(4);
    assertThat(ClosenessSpace.of(hidden, 1).blend(new Calibration(3, 0.5), 0.25f)).isEqualTo(blend);
  }

  /** What is measured out of fold is what searches do: the same share for the same query. */
  @Test
  void blend_appliedBySearch_givesTheMeasuredShare() {
    int dimension = 10;
    int rank = 3;
    Factors factors =
        new Factors(
            dimension,
            rank,
            gaussian(1, dimension * rank).getFirst(),
            gaussian(1, rank * dimension).getFirst());
    List<float[]> training = new ArrayList<>();
    gaussian(25, dimension).forEach(query -> training.add(hidden(factors, query)));
    ClosenessSpace space = ClosenessSpace.of(training, 1);
    Calibration calibration = new Calibration(6, 0.8);
    CrossFit.Choice choice = new CrossFit.Choice(0.75f, 0.25f, calibration);
    LowRankAdapter adapter =
        new LowRankAdapter(factors.weights(0.75f, space.blend(calibration, 0.25f)));

    for (float[] vector : gaussian(50, dimension)) {
      float[] unit = Embedding.of(vector).normalized().toArray();
      float[] hidden = hidden(factors, unit);
      float share = choice.alpha(space.closeness(hidden));
      double[] expected = new double[dimension];
      for (int i = 0; i < dimension; i++) {
        expected[i] = unit[i];
        for (int r = 0; r < rank; r++) {
          expected[i] += share * hidden[r] * factors.out()[r * dimension + i];
        }
      }

      Embedding adapted = adapter.adapt(Embedding.of(vector));

      assertThat(adapted.dot(Embedding.of(expected).normalized())).isEqualTo(1, within(1e-6));
      assertThat(share).isBetween(0.25f, 0.75f);
    }
  }

  private static float[] hidden(Factors factors, float[] query) {
    float[] hidden = new float[factors.rank()];
    for (int i = 0; i < query.length; i++) {
      for (int r = 0; r < hidden.length; r++) {
        hidden[r] += query[i] * factors.in()[i * hidden.length + r];
      }
    }
    return hidden;
  }

  private List<float[]> gaussian(int rows, int dimension) {
    List<float[]> result = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      float[] row = new float[dimension];
      for (int i = 0; i < dimension; i++) {
        row[i] = (float) random.nextGaussian();
      }
      result.add(row);
    }
    return result;
  }

  private static double cosine(float[] a, float[] b) {
    Embedding x = Embedding.of(a);
    Embedding y = Embedding.of(b);
    return x.dot(y) / (x.norm() * y.norm());
  }
}
