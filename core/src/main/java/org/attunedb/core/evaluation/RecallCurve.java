package org.attunedb.core.evaluation;

import java.util.List;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/**
 * Mean recall at every cut-off.
 *
 * @param adapter whether the query adapter was applied
 * @param recall mean recall@1, recall@2, ... to the depth of the evaluation; never falls
 */
public record RecallCurve(SearchMode mode, boolean adapter, Subset subset, List<Double> recall) {
  /** Copies the list. */
  public RecallCurve {
    recall = List.copyOf(recall);
  }

  /** Mean recall@k; k from 1 to the depth. */
  public double at(int k) {
    return recall.get(k - 1);
  }
}
