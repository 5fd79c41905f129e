package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/** Makes the memory of a training's queries. Stateless. */
final class Memories {
  private Memories() {}

  /** Remembers the queries; of more than a memory can hold a sample. */
  static QueryMemory of(TrainingSet set, Logistic seen, Logistic sameDocument, long seed) {
    List<LabelledQuery> kept = sample(set.queries(), new SplittableRandom(seed));
    return QueryMemory.of(
        kept.stream().map(LabelledQuery::vector).toList(),
        kept.stream().map(query -> relevant(query, set.corpus())).toList(),
        seen,
        sameDocument);
  }

  private static List<LabelledQuery> sample(List<LabelledQuery> queries, SplittableRandom random) {
    List<LabelledQuery> order = new ArrayList<>(queries);
    int kept = Math.min(order.size(), QueryMemory.MAX_QUERIES);
    for (int i = 0; i < kept && kept < order.size(); i++) {
      int j = i + random.nextInt(order.size() - i);
      LabelledQuery swapped = order.get(i);
      order.set(i, order.get(j));
      order.set(j, swapped);
    }
    return order.subList(0, kept);
  }

  private static List<QueryMemory.Relevant> relevant(LabelledQuery query, CorpusVectors corpus) {
    double best = query.labels().stream().mapToDouble(Label::grade).max().orElse(1);
    return query.labels().stream()
        .filter(label -> (float) (label.grade() / best) > 0)
        .sorted(Comparator.comparingDouble(Label::grade).reversed())
        .limit(QueryMemory.MAX_RELEVANT)
        .map(
            label ->
                new QueryMemory.Relevant(corpus.id(label.row()), (float) (label.grade() / best)))
        .toList();
  }
}
