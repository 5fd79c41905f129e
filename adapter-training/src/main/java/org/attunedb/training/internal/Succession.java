package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.Incumbent;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * What searches with the adapter in use find for held-out queries. Only those that it was not
 * trained on either can tell whether another one is better.
 */
final class Succession {
  private final Incumbent incumbent;
  private final List<LabelledQuery> queries;
  private final Pools pools;
  private final Candidates candidates;

  Succession(Incumbent incumbent, List<LabelledQuery> queries, Pools pools, Candidates candidates) {
    this.incumbent = incumbent;
    this.queries = queries;
    this.pools = pools;
    this.candidates = candidates;
  }

  String version() {
    return incumbent.version();
  }

  boolean isUsedBy(SearchMode mode) {
    return incumbent.isUsedBy(mode);
  }

  /** Whether searches of a mode go on with it where the new one is not better. */
  boolean isShared(SearchMode mode) {
    return incumbent.isShared(mode);
  }

  /** Whether it remembers all queries that it was trained on, so that others are new to it. */
  boolean remembersAll() {
    return incumbent.remembersAll();
  }

  /** The held-out objective of the incumbent, if it was trained on the same corpus and labels. */
  OptionalDouble heldOutOfTheSame(String prefix) {
    return incumbent
        .heldOutOfTheSame()
        .map(metrics -> objective(metrics, prefix))
        .filter(Double::isFinite)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  private static double objective(Map<String, Double> metrics, String prefix) {
    return (metrics.getOrDefault("held_out_" + prefix + "recall@10", Double.NaN)
            + metrics.getOrDefault("held_out_" + prefix + "ndcg@10", Double.NaN))
        / 2;
  }

  /** The results of those queries that the incumbent was not trained on, as far as it knows. */
  OutOfFold newToIncumbent(OutOfFold results) {
    return results.where(query -> !incumbent.remembers(queries.get(query)));
  }

  /** What the incumbent finds for the same queries. */
  OutOfFold measure(SearchMode mode, OutOfFold results) {
    Map<Integer, Incumbent.Answer> answers = new HashMap<>();
    for (int query : results.queries()) {
      answers.put(query, incumbent.apply(queries.get(query).vector(), mode));
    }
    List<Pool> read =
        pools.of(
            results.queries(),
            (vectors, indexes) -> vectors(vectors.getManager(), indexes, answers),
            query -> recalled(answer(answers, query)));
    List<Quality> qualities = new ArrayList<>(read.size());
    for (int i = 0; i < read.size(); i++) {
      Pool pool = read.get(i);
      double keywordWeight = answer(answers, results.queries().get(i)).keywordWeight();
      qualities.add(mode == SearchMode.VECTOR ? pool.byVector(1) : pool.hybrid(keywordWeight, 1));
    }
    return results.withQualities(qualities);
  }

  private static NDArray vectors(
      NDManager manager, int[] indexes, Map<Integer, Incumbent.Answer> answers) {
    float[][] vectors = new float[indexes.length][];
    for (int i = 0; i < indexes.length; i++) {
      vectors[i] = answer(answers, indexes[i]).vector().toArray();
    }
    return manager.create(vectors);
  }

  private ColumnScores recalled(Incumbent.Answer answer) {
    SortedMap<Integer, Float> gains = new TreeMap<>();
    for (Incumbent.Bonus bonus : answer.bonuses()) {
      int column = candidates.columnOrNone(bonus.row());
      if (column >= 0) {
        gains.put(column, bonus.gain());
      }
    }
    return ColumnScores.of(gains);
  }

  private static Incumbent.Answer answer(Map<Integer, Incumbent.Answer> answers, int query) {
    Incumbent.Answer answer = answers.get(query);
    if (answer == null) {
      throw new IllegalStateException("query " + query + " was not adapted");
    }
    return answer;
  }
}
