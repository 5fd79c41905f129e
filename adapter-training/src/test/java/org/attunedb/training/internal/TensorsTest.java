package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorsTest {
  @Test
  void new_vectorsOfAnyLength_holdsUnitVectorsAndKeepsZero() {
    PyTorch.start(1, 1);
    Matrix corpus = Matrix.of(new float[] {3, 4}, new float[] {0, 0}, new float[] {0, -1e-15f});
    TrainingSet set =
        new TrainingSet(
            corpus,
            List.of(
                new LabelledQuery(Embedding.of(0, 2), List.of(new Label(0, 1))),
                new LabelledQuery(Embedding.of(-6, 8), List.of(new Label(0, 1)))));

    try (Tensors tensors =
            new Tensors(
                corpus,
                Candidates.of(set, 1, Candidates.FULL_CORPUS),
                set.queries(),
                Device.cpu());
        NDManager step = tensors.step()) {
      assertThat(tensors.documentsTransposed().toFloatArray())
          .containsExactly(new float[] {0.6f, 0, 0, 0.8f, 0, -1}, within(1e-7f));
      assertThat(tensors.queries(step, new int[] {1, 0, 1}).toFloatArray())
          .containsExactly(new float[] {-0.6f, 0.8f, 0, 1, -0.6f, 0.8f}, within(1e-7f));
    }
  }

  /** Sizes that are no multiple of the alignment, in buffers that start anywhere. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 15, 16, 17, 33})
  void new_anySize_holdsEveryRow(int dimension) {
    PyTorch.start(1, 1);
    for (int rows = 1; rows < 20; rows++) {
      float[][] vectors = new float[rows][dimension];
      for (int r = 0; r < rows; r++) {
        vectors[r][r % dimension] = 1 + r;
      }
      Matrix corpus = Matrix.of(vectors);
      List<LabelledQuery> queries =
          List.of(new LabelledQuery(corpus.embedding(rows - 1), List.of(new Label(0, 1))));
      TrainingSet set = new TrainingSet(corpus, queries);

      try (Tensors tensors =
              new Tensors(
                  corpus, Candidates.of(set, 1, Candidates.FULL_CORPUS), queries, Device.cpu());
          NDManager step = tensors.step()) {
        float[] transposed = tensors.documentsTransposed().toFloatArray();
        for (int i = 0; i < transposed.length; i++) {
          int row = i % rows;
          assertThat(transposed[i]).isEqualTo(i / rows == row % dimension ? 1 : 0);
        }
        assertThat(tensors.queries(step, new int[] {0}).toFloatArray()[(rows - 1) % dimension])
            .isEqualTo(1);
      }
    }
  }

  @Test
  void bytes_largestThatABufferHolds_isAccepted() {
    assertThat(Tensors.bytes("documents", 131_071, 4_096)).isEqualTo(131_071L * 4_096 * 4);
  }

  @Test
  void bytes_moreThanABufferHolds_isATrainingFailureWithNumbers() {
    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> Tensors.bytes("documents", 131_072, 4_096))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINING_FAILED))
        .withMessageContaining("131072 documents of 4096 dimensions need 2147483648 bytes");
  }
}
