package org.attunedb.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeywordScoresTest {
  @Test
  void of_arrays_keepsThemAgainstChanges() {
    int[] rows = {7, 2};
    float[] scores = {3.5f, 1};
    KeywordScores kept = KeywordScores.of(rows, scores);

    rows[0] = 0;
    scores[0] = 0;

    assertThat(kept.size()).isEqualTo(2);
    assertThat(kept.row(0)).isEqualTo(7);
    assertThat(kept.score(0)).isEqualTo(3.5f);
    assertThat(kept.row(1)).isEqualTo(2);
    assertThat(kept)
        .isEqualTo(KeywordScores.of(new int[] {7, 2}, new float[] {3.5f, 1}))
        .hasSameHashCodeAs(KeywordScores.of(new int[] {7, 2}, new float[] {3.5f, 1}))
        .isNotEqualTo(KeywordScores.of(new int[] {2, 7}, new float[] {3.5f, 1}))
        .isNotEqualTo(KeywordScores.of(new int[] {7, 2}, new float[] {3.5f, 2}));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void of_scoreOutOfRange_isRefused(float score) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeywordScores.of(new int[] {1}, new float[] {score}))
        .withMessageContaining("" + score);
  }

  @Test
  void of_otherNumberOfScores_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeywordScores.of(new int[] {1, 2}, new float[] {1}))
        .withMessageContaining("2 rows with 1 scores");
  }

  @Test
  void labelledQuery_withoutKeywords_hasNone() {
    LabelledQuery query = new LabelledQuery(Embedding.of(1), List.of(new Label(0, 1)));

    assertThat(query.keywords()).isSameAs(KeywordScores.none());
    assertThat(query.keywords().size()).isZero();
  }
}
