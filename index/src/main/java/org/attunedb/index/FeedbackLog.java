package org.attunedb.index;

import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchResponse;
import org.jspecify.annotations.Nullable;

/**
 * What people chose, kept beside the documents: an append-only file from which training sets are
 * made. It holds queries as they were asked, and so perhaps what is personal; {@link #clear}
 * deletes it.
 *
 * <p>At most about {@value #MAX_BYTES} bytes are kept; then the oldest entries go, a sixteenth of
 * all at a time. An entry survives the end of the process once its method returned, and a power
 * failure after {@link #flush}, or once the collection was closed. What is damaged is left out and
 * counted by {@link #stats}. Thread-safe.
 */
public interface FeedbackLog {
  /** About how much is kept. */
  int MAX_BYTES = 64 << 20;

  /**
   * Records what somebody did with an answer, now.
   *
   * @param shown ids that were shown, best first
   * @param chosen which of them was chosen; null if none was
   * @param adapter the version that was applied; null if none was
   * @throws org.attunedb.core.error.InvalidInputException as {@link Feedback}; {@code
   *     dimension_mismatch} for a vector of another length than the collection's
   * @throws org.attunedb.core.error.StoreException {@code read_only} or {@code store_io}
   */
  void record(Query query, List<String> shown, @Nullable String chosen, @Nullable String adapter);

  /** As above for the hits of a response, all of which were shown. */
  default void record(Query query, SearchResponse response, @Nullable String chosen) {
    record(query, response.ids(), chosen, response.stats().adapterVersion());
  }

  /** Records entries of any time, in their order. Input that can't be kept changes nothing. */
  void recordAll(List<Feedback> entries);

  /** The entries in the order in which they were recorded, read as the stream is. */
  Stream<Feedback> entries();

  /** Reads everything and counts. */
  FeedbackStats stats();

  /**
   * Labelled queries from the choices, in the order in which the queries first came. Entries with
   * the same text (or, without one, the same vector) are one query, with the vector that came
   * first. The grade of a document is the sum of the weights of its choices, divided by that of the
   * query's best. Entries without a choice, and documents that were shown and not chosen, say
   * nothing: there is no grade 0.
   */
  LabelledQueries toTrainingSet(PositionBias bias);

  /** Forces what was recorded to the disk. */
  void flush();

  /**
   * Deletes every entry.
   *
   * @return how many there were
   */
  long clear();
}
