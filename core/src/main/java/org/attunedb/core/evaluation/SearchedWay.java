package org.attunedb.core.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rankings of all queries in one way to search: document numbers, and ranks of what is
 * relevant. Not thread-safe.
 */
final class SearchedWay {
  private final DocumentNumbers documents;
  private final int depth;
  private final int[][] hits;
  private final int[][] ranks;
  private final double[][] values;
  private final int[] firstRelevant;
  private int added;

  SearchedWay(DocumentNumbers documents, int queries, int depth) {
    this.documents = documents;
    this.depth = depth;
    this.hits = new int[queries][];
    this.ranks = new int[queries][];
    this.values = new double[queries][];
    this.firstRelevant = new int[queries];
  }

  /** Takes a ranking; of ids that repeat, the first place counts. */
  void put(int query, List<String> ranking, EvaluatedQuery asked, List<Metric> metrics) {
    if (hits[query] != null) {
      throw new IllegalArgumentException("query " + query + " was added before");
    }
    added++;
    if (!asked.isCounted()) {
      hits[query] = new int[0];
      return;
    }
    Set<String> distinct = new LinkedHashSet<>(ranking);
    hits[query] = distinct.stream().limit(depth).mapToInt(documents::number).toArray();
    values[query] = metrics.stream().mapToDouble(m -> m.of(ranking, asked.relevance())).toArray();
    rankRelevant(query, distinct, asked.relevance());
  }

  private void rankRelevant(int query, Set<String> distinct, Relevance relevance) {
    Map<String, Integer> rankById = new HashMap<>();
    for (String id : distinct) {
      rankById.put(id, rankById.size() + 1);
    }
    int[] found = new int[relevance.relevantCount()];
    int next = 0;
    int best = Metric.NOT_FOUND;
    for (String id : relevance.grades().keySet()) {
      if (relevance.isRelevant(id)) {
        int rank = rankById.getOrDefault(id, Metric.NOT_FOUND);
        found[next++] = rank;
        if (rank < best) {
          best = rank;
          firstRelevant[query] = documents.number(id);
        }
      }
    }
    Arrays.sort(found);
    ranks[query] = found;
  }

  /** Whether every query was added. */
  boolean isComplete() {
    return added == hits.length;
  }

  /** The value of a metric, by its place in the list. */
  double value(int query, int metric) {
    return values[query][metric];
  }

  /** Share of the query's relevant documents among its first k hits. */
  double recall(int query, int k) {
    int[] sorted = ranks[query];
    int found = 0;
    while (found < sorted.length && sorted[found] <= k) {
      found++;
    }
    return (double) found / sorted.length;
  }

  /** Rank of the query's best relevant document, {@link Metric#NOT_FOUND} if none was found. */
  int firstRank(int query) {
    return ranks[query][0];
  }

  /** The document at that rank; meaningful only if one was found. */
  int firstRelevant(int query) {
    return firstRelevant[query];
  }

  /** The distinct hits of a query, best first, to the depth of the evaluation. */
  int[] hits(int query) {
    return hits[query];
  }

  /** Rank of a document in a query's hits, {@link Metric#NOT_FOUND} if it is not among them. */
  int rank(int query, int document) {
    int[] ranking = hits[query];
    for (int i = 0; i < ranking.length; i++) {
      if (ranking[i] == document) {
        return i + 1;
      }
    }
    return Metric.NOT_FOUND;
  }
}
