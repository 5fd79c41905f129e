package org.attunedb.server.rag;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * What is compared.
 *
 * @param k passages for each question, 1 to 10,000
 * @param filter condition on metadata: other documents are neither found nor relevant; null for
 *     none
 * @param mode which rankings to use
 * @param adapter the adapter to compare with none
 * @param questions most questions to judge, the first ones; 0 for all
 * @param seed of the intervals
 */
public record RagSettings(
    int k,
    @Nullable Filter filter,
    SearchMode mode,
    AdapterChoice adapter,
    int questions,
    long seed) {
  /** Checks the ranges that no search checks. */
  public RagSettings {
    if (questions < 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "number of questions is " + questions + ", expected at least 0");
    }
  }

  /** Four passages by vector search with the active adapter, all questions. */
  public static RagSettings defaults() {
    return new RagSettings(4, null, SearchMode.VECTOR, AdapterChoice.active(), 0, 42);
  }
}
