package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.training.KeywordScores;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/** Makes the {@link Pool}s of queries for adapted vectors. */
final class Pools {
  private final HeldOutRanks ranks;
  private final List<Targets> targets;
  private final Neighbours neighbours;
  private final Logistic sameDocument;
  private final List<ColumnScores> keywords = new ArrayList<>();
  private final List<int[]> best = new ArrayList<>();

  /**
   * Reads keyword scores.
   *
   * @param sameDocument unknown to leave the memory out
   */
  Pools(
      HeldOutRanks ranks,
      List<LabelledQuery> queries,
      List<Targets> targets,
      Candidates candidates,
      Neighbours neighbours,
      Logistic sameDocument) {
    this.ranks = ranks;
    this.targets = targets;
    this.neighbours = neighbours;
    this.sameDocument = sameDocument;
    for (LabelledQuery query : queries) {
      read(query.keywords(), candidates);
    }
  }

  private void read(KeywordScores scores, Candidates candidates) {
    SortedMap<Integer, Float> relative = new TreeMap<>();
    int[] leading = new int[Pool.CANDIDATES];
    int count = 0;
    for (int i = 0; i < scores.size(); i++) {
      int column = candidates.columnOrNone(scores.row(i));
      if (column >= 0) {
        relative.put(column, scores.score(i) / scores.score(0));
        if (count < leading.length) {
          leading[count++] = column;
        }
      }
    }
    keywords.add(ColumnScores.of(relative));
    best.add(Arrays.copyOf(leading, count));
  }

  /** Whether any query has keyword scores. */
  boolean haveKeywords() {
    return best.stream().anyMatch(columns -> columns.length > 0);
  }

  /** Whether the memory tells anything. */
  boolean haveMemory() {
    return sameDocument.slope() > 0;
  }

  /** The pools of some queries, in their order. */
  List<Pool> of(List<Integer> queries, HeldOutRanks.Adaptation adaptation) {
    return of(
        queries,
        adaptation,
        query -> haveMemory() ? neighbours.recall(query, sameDocument) : ColumnScores.NONE);
  }

  /**
   * The pools of some queries with another memory.
   *
   * @param memory what it says about a query; called in parallel
   */
  List<Pool> of(
      List<Integer> queries, HeldOutRanks.Adaptation adaptation, IntFunction<ColumnScores> memory) {
    return ranks.map(
        queries,
        adaptation,
        (query, scores, offset, width) ->
            new Pool(
                targets.get(query),
                scores,
                offset,
                width,
                keywords.get(query),
                best.get(query),
                memory.apply(query)));
  }
}
