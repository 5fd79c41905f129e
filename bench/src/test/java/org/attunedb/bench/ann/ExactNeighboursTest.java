package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.attunedb.core.Similarity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exact neighbours, and recall by them. */
class ExactNeighboursTest {
  private static final int DIMENSION = 7;

  /** More than a block, and not a multiple of it. */
  private static final int ROWS = 5_000;

  @TempDir private Path folder;

  private RowFile write(float[][] rows) throws IOException {
    Path path = folder.resolve("base.fvecs");
    try (RowFileWriter writer = new RowFileWriter(path)) {
      for (float[] row : rows) {
        writer.write(row);
      }
    }
    return RowFile.open(path);
  }

  private static float[][] random(int rows, long seed) {
    Random random = new Random(seed);
    float[][] all = new float[rows][DIMENSION];
    for (float[] row : all) {
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return all;
  }

  private static double closeness(Similarity similarity, float[] a, float[] b) {
    double dot = 0;
    double squares = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += Math.pow((double) a[i] - b[i], 2);
      lengthA += (double) a[i] * a[i];
      lengthB += (double) b[i] * b[i];
    }
    return switch (similarity) {
      case COSINE -> dot / Math.sqrt(lengthA * lengthB);
      case DOT_PRODUCT -> dot;
      case EUCLIDEAN -> -squares;
    };
  }

  @ParameterizedTest
  @EnumSource
  void of_anySimilarityUnderAFilter_areThoseOfAFullSort(Similarity similarity) throws IOException {
    float[][] rows = random(ROWS, 1);
    float[][] queries = random(20, 2);

    try (RowFile base = write(rows)) {
      int[][] found =
          ExactNeighbours.of(base, queries, similarity, 10, row -> row % 3 == 0, done -> {});

      for (int q = 0; q < queries.length; q++) {
        float[] query = queries[q];
        int[] expected =
            IntStream.range(0, ROWS)
                .filter(row -> row % 3 == 0)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> -closeness(similarity, query, rows[row])))
                .limit(10)
                .mapToInt(row -> row)
                .toArray();
        assertThat(found[q]).containsExactly(expected);
      }
    }
  }

  @Test
  void of_equalsAndTooFew_lowerRowFirstAndOnlyWhatThereIs() throws IOException {
    float[] same = {1, 0, 0, 0, 0, 0, 0};
    float[] far = {0, 1, 0, 0, 0, 0, 0};
    try (RowFile base = write(new float[][] {far, same, same, same})) {
      int[][] found =
          ExactNeighbours.of(
              base, new float[][] {same}, Similarity.COSINE, 9, row -> row != 2, done -> {});

      assertThat(found[0]).containsExactly(1, 3, 0);
    }
  }

  private static final class Fixed implements Lookup<int[]> {
    private final int[][] answers;

    Fixed(int[]... answers) {
      this.answers = answers;
    }

    @Override
    public int[] find(int query) {
      return answers[query];
    }

    @Override
    public int[] rows(int[] answer) {
      return answer;
    }
  }

  @Test
  void recall_duplicatesOfTheLastNeighbour_countAsFound() throws IOException {
    float[] near = {1, 0, 0, 0, 0, 0, 0};
    float[] tied = {1, 1, 0, 0, 0, 0, 0};
    float[] far = {0, 1, 0, 0, 0, 0, 0};
    float[][] queries = {near, near};
    try (RowFile base = write(new float[][] {near, tied, tied, far})) {
      Truth truth = new Truth(base, queries, Similarity.COSINE, new int[][] {{0, 1, 2}, {0, 1, 2}});

      assertThat(truth.recall(new Fixed(new int[] {0, 1}, new int[] {0, 1}), 2)).isEqualTo(1);
      assertThat(truth.recall(new Fixed(new int[] {0, 2}, new int[] {2, 1}), 2)).isEqualTo(1);
      assertThat(truth.recall(new Fixed(new int[] {0, 3}, new int[] {}), 2)).isEqualTo(0.25);
      assertThat(truth.recall(new Fixed(new int[] {3}, new int[] {0, 1, 3}), 3))
          .isCloseTo(1 / 3.0, within(1e-12));
      assertThatThrownBy(() -> truth.recall(new Fixed(new int[] {2, 2}, new int[] {0}), 2))
          .hasMessage("row 2 was answered twice");
    }
  }

  @Test
  void attributes_selectivity_letsThatShareThrough() {
    for (double selectivity : new double[] {0.001, 0.01, 0.1, 0.5, 0.99, 1}) {
      SearchSetting setting =
          new SearchSetting(
              10, SearchSetting.Plan.AUTO, 0, 0, java.util.OptionalDouble.of(selectivity));
      long accepted = IntStream.range(0, 100_000).filter(setting::accepts).count();
      // Five standard deviations of a binomial of 100,000.
      double deviation = Math.sqrt(100_000 * selectivity * (1 - selectivity));
      assertThat((double) accepted).isCloseTo(100_000 * selectivity, within(5 * deviation + 1e-9));
    }
  }
}
