package org.attunedb.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSetTest {
  private static final CorpusVectors CORPUS = new Corpus(List.of(Embedding.of(1, 0, 0)));
  private static final LabelledQuery GOOD =
      new LabelledQuery(Embedding.of(0, 1, 0), List.of(new Label(0, 1)));

  @Test
  void new_queryOfOtherDimension_isRefusedNamingBoth() {
    LabelledQuery bad = new LabelledQuery(Embedding.of(0, 1), List.of(new Label(0, 1)));

    assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> new TrainingSet(CORPUS, List.of(GOOD, bad)))
        .withMessageContaining("2 dimensions, expected 3");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, Integer.MAX_VALUE})
  void new_labelOutsideTheCorpus_isRefused(int row) {
    LabelledQuery bad =
        new LabelledQuery(Embedding.of(0, 1, 0), List.of(new Label(0, 1), new Label(row, 1)));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingSet(CORPUS, List.of(GOOD, bad)))
        .withMessageContaining("row " + row + " of 1 rows");
  }

  @Test
  void new_listsChangedLater_keepTheirCopies() {
    List<Label> labels = new ArrayList<>(List.of(new Label(0, 1)));
    List<LabelledQuery> queries =
        new ArrayList<>(List.of(new LabelledQuery(Embedding.of(0, 1, 0), labels)));
    TrainingSet set = new TrainingSet(CORPUS, queries);

    labels.set(0, new Label(99, 1));
    queries.clear();

    assertThat(set.queries()).containsExactly(GOOD);
  }

  private record Corpus(List<Embedding> rows) implements CorpusVectors {
    @Override
    public int size() {
      return rows.size();
    }

    @Override
    public int dimension() {
      return rows.getFirst().dimension();
    }

    @Override
    public void copyRow(int row, float[] target, int offset) {
      rows.get(row).copyTo(target, offset);
    }

    @Override
    public String id(int row) {
      return "d" + row;
    }
  }
}
