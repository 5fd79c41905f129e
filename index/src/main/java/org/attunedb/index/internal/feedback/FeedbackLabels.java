package org.attunedb.index.internal.feedback;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.attunedb.core.Embedding;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.Query;
import org.attunedb.index.Feedback;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.PositionBias;

/** Choices to labelled queries. Used once, by one thread. */
final class FeedbackLabels {
  private final PositionBias bias;

  /** By text, or by vector where there is no text. */
  private final Map<Object, Choices> choices = new LinkedHashMap<>();

  private FeedbackLabels(PositionBias bias) {
    this.bias = bias;
  }

  static LabelledQueries of(Stream<Feedback> entries, PositionBias bias) {
    FeedbackLabels labels = new FeedbackLabels(bias);
    entries.forEach(labels::add);
    List<Query> queries = new ArrayList<>();
    List<Relevance> relevance = new ArrayList<>();
    for (Choices each : labels.choices.values()) {
      queries.add(each.query);
      relevance.add(each.relevance());
    }
    return new LabelledQueries(queries, relevance);
  }

  private void add(Feedback entry) {
    String text = entry.query().text();
    Embedding vector = FeedbackCodec.vector(entry.query());
    boolean empty = vector == null && (text == null || text.isBlank());
    if (entry.chosen().isPresent() && !empty) {
      Object key = text == null ? entry.query() : text.strip();
      choices
          .computeIfAbsent(key, unused -> new Choices(entry.query()))
          .weights
          .merge(entry.chosen().get(), bias.weight(entry.rank()), Double::sum);
    }
  }

  /** The choices that followed on one query. */
  private static final class Choices {
    private final Query query;
    private final Map<String, Double> weights = new LinkedHashMap<>();

    Choices(Query query) {
      this.query = query;
    }

    Relevance relevance() {
      double best = Collections.max(weights.values());
      Map<String, Double> grades = new LinkedHashMap<>();
      weights.forEach((document, weight) -> grades.put(document, weight / best));
      return Relevance.of(grades);
    }
  }
}
