package org.attunedb.training.internal;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.KeywordScores;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * Merges queries of the same vector, which no adapter can tell apart. Kept as they are, a copy that
 * is held out would show what was memorised from the other, and count as evidence of its own.
 */
final class DistinctQueries {
  private DistinctQueries() {}

  /** Each vector once, at its first place, with the labels of all; a row keeps its top grade. */
  static List<LabelledQuery> of(List<LabelledQuery> queries) {
    Map<Embedding, Map<Integer, Double>> gradesByVector = new LinkedHashMap<>();
    Map<Embedding, KeywordScores> keywords = new HashMap<>();
    for (LabelledQuery query : queries) {
      Embedding vector = query.vector().normalized();
      keywords.putIfAbsent(vector, query.keywords());
      Map<Integer, Double> grades =
          gradesByVector.computeIfAbsent(vector, first -> new LinkedHashMap<>());
      for (Label label : query.labels()) {
        grades.merge(label.row(), label.grade(), Math::max);
      }
    }
    return gradesByVector.entrySet().stream()
        .map(
            entry ->
                new LabelledQuery(
                    entry.getKey(),
                    labels(entry.getValue()),
                    keywords.getOrDefault(entry.getKey(), KeywordScores.none())))
        .toList();
  }

  private static List<Label> labels(Map<Integer, Double> grades) {
    return grades.entrySet().stream().map(e -> new Label(e.getKey(), e.getValue())).toList();
  }
}
