package org.attunedb.bench.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.server.dataset.JudgedQuery;

/** Labels from which nothing can be learned. Stateless. */
final class ShuffledLabels {
  private static final int TRIES = 100;

  private ShuffledLabels() {}

  /**
   * Gives each query the judgments of another one, each judgment once. Where it can be had, none of
   * the documents is really relevant to the query that it is given to; where it can't, because
   * nearly all queries are about the same documents, a few labels stay right.
   *
   * @param queries at least 2
   */
  static List<JudgedQuery> of(List<JudgedQuery> queries, Random random) {
    List<Integer> from = cycle(queries.size(), random);
    for (int i = 0; i < from.size(); i++) {
      for (int tries = 0; clash(queries, i, from.get(i)) && tries < TRIES; tries++) {
        int other = random.nextInt(from.size());
        if (!clash(queries, i, from.get(other)) && !clash(queries, other, from.get(i))) {
          Collections.swap(from, i, other);
        }
      }
    }
    List<JudgedQuery> shuffled = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      JudgedQuery query = queries.get(i);
      shuffled.add(new JudgedQuery(query.id(), query.text(), queries.get(from.get(i)).relevance()));
    }
    return shuffled;
  }

  /** A random permutation in one cycle, which leaves nothing at its place (Sattolo, 1986). */
  private static List<Integer> cycle(int count, Random random) {
    List<Integer> cycle = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    for (int i = count - 1; i > 0; i--) {
      Collections.swap(cycle, i, random.nextInt(i));
    }
    return cycle;
  }

  private static boolean clash(List<JudgedQuery> queries, int query, int from) {
    Relevance own = queries.get(query).relevance();
    Relevance given = queries.get(from).relevance();
    return query == from
        || given.grades().keySet().stream()
            .anyMatch(id -> given.isRelevant(id) && own.isRelevant(id));
  }
}
