package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DenseCorpusTest {
  private static final int DIMENSION = 7;

  private final Random random = new Random(11);

  @Test
  void rank_randomVectors_isTheOrderOfASort() {
    DenseCorpus corpus = corpus(40);
    List<float[]> queries = IntStream.range(0, 300).mapToObj(i -> vector()).toList();

    List<List<String>> rankings = corpus.rank(queries, 10);

    assertThat(rankings).hasSize(300);
    for (int q = 0; q < 300; q++) {
      float[] query = queries.get(q);
      List<String> expected =
          IntStream.range(0, 40)
              .boxed()
              .sorted(Comparator.comparingDouble(row -> -Vectors.dot(corpus.row(row), query)))
              .limit(10)
              .map(corpus::id)
              .toList();
      assertThat(rankings.get(q)).isEqualTo(expected);
    }
  }

  @Test
  void rank_equalScores_keepsTheOrderOfTheRows() {
    float[] same = {1, 0};
    DenseCorpus corpus =
        new DenseCorpus(List.of("a", "b", "c", "d"), new float[][] {same, {0, 1}, same, same});

    assertThat(corpus.rank(List.of(new float[] {1, 0}), 3)).containsExactly(List.of("a", "c", "d"));
  }

  @Test
  void rank_moreThanThereAre_givesAll_andZeroQueryNothing() {
    DenseCorpus corpus = new DenseCorpus(List.of("a", "b"), new float[][] {{1, 0}, {0, 1}});

    assertThat(corpus.rank(List.of(new float[] {0, 2}, new float[2]), 10))
        .containsExactly(List.of("b", "a"), List.of());
  }

  @Test
  void scores_anyQuery_areInnerProducts() {
    DenseCorpus corpus = corpus(5);
    float[] query = vector();

    float[] scores = corpus.scores(List.of(query))[0];

    for (int row = 0; row < 5; row++) {
      assertThat((double) scores[row]).isCloseTo(Vectors.dot(corpus.row(row), query), within(1e-5));
    }
  }

  @Test
  void with_movedRow_changesACopy() {
    DenseCorpus corpus = new DenseCorpus(List.of("a", "b"), new float[][] {{1, 0}, {0, 1}});

    DenseCorpus moved = corpus.with(Map.of(0, new float[] {0, -1}));

    assertThat(moved.row(0)).containsExactly(0, -1);
    assertThat(moved.rank(List.of(new float[] {0, 1}), 1)).containsExactly(List.of("b"));
    assertThat(corpus.row(0)).containsExactly(1, 0);
  }

  private DenseCorpus corpus(int size) {
    List<String> ids = new ArrayList<>();
    float[][] rows = new float[size][];
    for (int row = 0; row < size; row++) {
      ids.add("doc-" + row);
      rows[row] = Vectors.unit(vector());
    }
    return new DenseCorpus(ids, rows);
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
