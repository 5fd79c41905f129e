package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.junit.jupiter.api.Test;

class DistinctQueriesTest {
  @Test
  void of_differentVectors_keepsThemInOrder() {
    List<LabelledQuery> queries =
        List.of(
            new LabelledQuery(Embedding.of(1, 0), List.of(new Label(1, 1))),
            new LabelledQuery(Embedding.of(0, 1), List.of(new Label(1, 1), new Label(2, 0))));

    assertThat(DistinctQueries.of(queries)).isEqualTo(queries);
  }

  @Test
  void of_sameDirection_mergesLabelsAndKeepsTheTopGrade() {
    List<LabelledQuery> queries =
        List.of(
            new LabelledQuery(Embedding.of(1, 0), List.of(new Label(1, 1), new Label(2, 3))),
            new LabelledQuery(Embedding.of(0, 1), List.of(new Label(9, 1))),
            new LabelledQuery(
                Embedding.of(4, 0), List.of(new Label(5, 1), new Label(1, 2), new Label(2, 0))));

    assertThat(DistinctQueries.of(queries))
        .containsExactly(
            new LabelledQuery(
                Embedding.of(1, 0), List.of(new Label(1, 2), new Label(2, 3), new Label(5, 1))),
            queries.get(1));
  }
}
