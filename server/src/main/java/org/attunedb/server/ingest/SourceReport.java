package org.attunedb.server.ingest;

import java.util.List;
import java.util.Map;
import org.attunedb.server.ingest.gather.Visit;
import org.attunedb.server.ingest.gather.Visit.Reason;

/**
 * What an ingestion did with one source.
 *
 * @param source its address
 * @param added pages that are new
 * @param changed pages whose documents changed
 * @param unchanged pages whose documents stayed as they were
 * @param removed pages that are gone
 * @param documents of all pages that there are now
 * @param written documents that were added or replaced
 * @param deleted documents that were deleted
 * @param left addresses without a page of their own, by reason
 * @param failed pages that could not be read this time; what the collection holds of them stays
 * @param notes why something was left out, for people; the first of each kind of {@code left}
 * @param kept pages that nothing leads to any more but that stay because not everything was seen
 * @param complete false if the limit of pages was reached
 * @param beyondLimits addresses that were not asked for because of the depth, the number of queries
 *     or their form
 */
public record SourceReport(
    String source,
    int added,
    int changed,
    int unchanged,
    int removed,
    long documents,
    long written,
    long deleted,
    Map<Reason, Integer> left,
    List<Visit.Failed> failed,
    List<Visit.Left> notes,
    int kept,
    boolean complete,
    int beyondLimits) {
  /** Copies the collections. */
  public SourceReport {
    left = Map.copyOf(left);
    failed = List.copyOf(failed);
    notes = List.copyOf(notes);
  }

  /**
   * Pages and files that are there but could not be taken for what they are: damaged, or stored
   * before and now too long or of another kind.
   */
  public int damaged() {
    return left.getOrDefault(Reason.UNREADABLE, 0)
        + (int) failed.stream().filter(Visit.Failed::damaged).count();
  }

  /** Pages that there are now. */
  public int pages() {
    return added + changed + unchanged;
  }
}
