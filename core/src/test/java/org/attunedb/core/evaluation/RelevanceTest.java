package org.attunedb.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelevanceTest {
  @Test
  void of_documentJudgedTwice_keepsHighestGradeAndFirstPlace() {
    Relevance relevance =
        Relevance.of(
            List.of(
                new RelevantDocument("b", 1),
                new RelevantDocument("a", 0),
                new RelevantDocument("b", 3),
                new RelevantDocument("a", 2),
                new RelevantDocument("b", 2)));

    assertThat(relevance.grades()).containsExactly(entry("b", 3.0), entry("a", 2.0));
    assertThat(relevance.relevantCount()).isEqualTo(2);
  }

  @Test
  void of_gradeZero_isJudgedButNotRelevant() {
    Relevance relevance = Relevance.of(Map.of("no", 0.0, "yes", Double.MIN_VALUE));

    assertThat(relevance.relevantCount()).isEqualTo(1);
    assertThat(relevance.isRelevant("no")).isFalse();
    assertThat(relevance.isRelevant("yes")).isTrue();
    assertThat(relevance.isRelevant("unjudged")).isFalse();
    assertThat(relevance.grades()).containsOnlyKeys("no", "yes");
  }

  @Test
  void of_minusZero_isNotRelevant() {
    assertThat(Relevance.of(Map.of("a", -0.0)).relevantCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        -1,
        -Double.MIN_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
      })
  void of_gradeNegativeOrNotFinite_isRefusedNamingTheDocument(double grade) {
    assertRefused(ErrorCode.LABELS_INVALID, () -> Relevance.of(Map.of("doc-7", grade)))
        .withMessageContaining("doc-7")
        .withMessageContaining(Double.toString(grade));
  }

  @Test
  void of_mapChangedLater_keepsItsCopy() {
    Map<String, Double> grades = new HashMap<>(Map.of("a", 1.0));
    Relevance relevance = Relevance.of(grades);

    grades.put("b", 1.0);

    assertThat(relevance.relevantCount()).isEqualTo(1);
    assertThat(relevance.grades()).containsOnlyKeys("a");
  }

  @Test
  void grades_modified_isRefused() {
    Map<String, Double> grades = Relevance.of(Map.of("a", 1.0)).grades();

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> grades.put("b", 1.0));
  }
}
