package org.attunedb.core.evaluation;

import java.util.Optional;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/**
 * How many hits a search with the adapter needs for the recall that it has at k without, and what
 * that saves of the texts that an application hands on, for example to a language model.
 *
 * @param queries size of the subset, at least 1
 * @param k hits handed on without the adapter
 * @param recall mean recall@k without the adapter
 * @param tokens mean over the queries of the tokens in their first k hits; 0 if no texts are stored
 * @param equal the smallest number of hits whose mean recall with the adapter is at least {@code
 *     recall}; empty if even the depth of the evaluation does not reach it
 * @param assured the smallest number of hits for which both the difference in mean recall and the
 *     lower end of its 95 % paired bootstrap interval are at least 0. Never fewer than {@code
 *     equal}
 */
public record CostComparison(
    SearchMode mode,
    Subset subset,
    int queries,
    int k,
    double recall,
    double tokens,
    Optional<Saving> equal,
    Optional<Saving> assured) {
  /**
   * What handing on fewer hits saves.
   *
   * @param k hits handed on with the adapter
   * @param recall mean recall@k with the adapter
   * @param tokens mean tokens of these hits
   * @param saved mean tokens saved per query; below 0 if more are needed
   * @param savedLow lower bound of the 95 % paired bootstrap interval of {@code saved}
   * @param savedHigh upper bound
   */
  public record Saving(
      int k, double recall, double tokens, double saved, double savedLow, double savedHigh) {
    /** Money saved in 1,000 queries, in the currency of the price of 1,000,000 tokens. */
    public double perThousandQueries(double pricePerMillionTokens) {
      return saved * 1_000 * pricePerMillionTokens / 1_000_000;
    }
  }
}
