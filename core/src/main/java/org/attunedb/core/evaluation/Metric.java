package org.attunedb.core.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * A measure of one ranking, 0 to 1. Means are taken over the queries that have at least one
 * relevant document; a query without one has no value.
 *
 * <p>With {@code top(k)} the first k distinct ids of a ranking and {@code rel} the relevant
 * documents (grade above 0):
 *
 * <ul>
 *   <li>recall@k = |rel ∩ top(k)| / |rel|
 *   <li>precision@k = |rel ∩ top(k)| / k
 *   <li>hit@k = 1 if rel ∩ top(k) is not empty, else 0
 *   <li>mrr@k = 1 / rank of the first relevant document in top(k), 0 if there is none
 *   <li>ndcg@k = DCG / ideal DCG, DCG = Σ grade / log2(rank + 1) over top(k) (Järvelin and
 *       Kekäläinen, TOIS 2002, with linear gains as trec_eval has them)
 * </ul>
 *
 * @param kind which measure
 * @param k how many hits it looks at, at least 1; more than were retrieved is allowed
 */
public record Metric(Kind kind, int k) {
  /** The rank of a document that is not in the ranking. */
  public static final int NOT_FOUND = Integer.MAX_VALUE;

  /** The measures. */
  public enum Kind {
    /** Share of the relevant documents that were found. */
    RECALL("recall"),
    /** Share of the hits that are relevant. */
    PRECISION("precision"),
    /** Whether anything relevant was found. */
    HIT("hit"),
    /** Reciprocal rank of the first relevant hit. */
    MRR("mrr"),
    /** Normalised discounted cumulative gain. */
    NDCG("ndcg");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /** Checks k. */
  public Metric {
    if (k < 1) {
      throw new InvalidInputException(
          ErrorCode.K_OUT_OF_RANGE, "metric cut-off k is " + k + ", expected at least 1");
    }
  }

  /** recall@k. */
  public static Metric recall(int k) {
    return new Metric(Kind.RECALL, k);
  }

  /** ndcg@k. */
  public static Metric ndcg(int k) {
    return new Metric(Kind.NDCG, k);
  }

  /** mrr@k. */
  public static Metric mrr(int k) {
    return new Metric(Kind.MRR, k);
  }

  /** The usual label, for example {@code recall@10}. */
  public String label() {
    return kind.label + "@" + k;
  }

  /**
   * The value for one ranking. Ids that repeat in {@code ranking} count once, at their first place.
   *
   * @param ranking document ids, best first
   * @param relevance judgments with at least one relevant document
   * @throws IllegalArgumentException if nothing is relevant, because then no value is defined
   */
  public double of(List<String> ranking, Relevance relevance) {
    if (relevance.relevantCount() == 0) {
      throw new IllegalArgumentException(label() + " is undefined without a relevant document");
    }
    int[] ranks = new int[relevance.relevantCount()];
    double[] grades = new double[relevance.relevantCount()];
    Map<String, Integer> rankById = new HashMap<>();
    for (String id : ranking) {
      rankById.putIfAbsent(id, rankById.size() + 1);
    }
    int next = 0;
    for (Map.Entry<String, Double> judgment : relevance.grades().entrySet()) {
      if (judgment.getValue() > 0) {
        ranks[next] = rankById.getOrDefault(judgment.getKey(), NOT_FOUND);
        grades[next++] = judgment.getValue();
      }
    }
    return ofRanks(ranks, grades);
  }

  /**
   * The value from the places of the relevant documents.
   *
   * @param ranks of every relevant document, 1 for the best hit, {@link #NOT_FOUND} if it was not
   *     retrieved; at least one
   * @param grades of the same documents, each above 0
   */
  public double ofRanks(int[] ranks, double[] grades) {
    // Gains are relative to the highest grade, so that no sum of finite grades overflows.
    double highest = Arrays.stream(grades).max().orElse(1);
    int found = 0;
    int first = NOT_FOUND;
    double gain = 0;
    for (int i : inOrderOf(ranks)) {
      first = Math.min(first, ranks[i]);
      if (ranks[i] <= k) {
        found++;
        gain += grades[i] / highest * discount(ranks[i]);
      }
    }
    return switch (kind) {
      case RECALL -> (double) found / ranks.length;
      case PRECISION -> (double) found / k;
      case HIT -> found > 0 ? 1 : 0;
      case MRR -> first <= k ? 1.0 / first : 0;
      // Both sums have the same terms but not always in the same order: never an ulp above 1.
      case NDCG -> Math.min(1, gain / idealGain(grades, highest));
    };
  }

  // Gains are added from the first rank on, as the ideal ones are: a perfect ranking has exactly 1.
  private static int[] inOrderOf(int[] ranks) {
    return IntStream.range(0, ranks.length)
        .boxed()
        .sorted(Comparator.comparingInt(i -> ranks[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  private double idealGain(double[] grades, double highest) {
    double[] ascending = grades.clone();
    Arrays.sort(ascending);
    double ideal = 0;
    for (int rank = 1; rank <= Math.min(k, ascending.length); rank++) {
      ideal += ascending[ascending.length - rank] / highest * discount(rank);
    }
    return ideal;
  }

  private static double discount(int rank) {
    return Math.log(2) / Math.log(rank + 1.0);
  }

  @Override
  public String toString() {
    return label();
  }
}
