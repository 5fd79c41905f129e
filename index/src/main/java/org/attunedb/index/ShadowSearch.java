package org.attunedb.index;

import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;

/**
 * Shadow mode: searches are answered as they ask to be, and made once more with another adapter, on
 * the same snapshot; how the two differ is added up. What goes wrong with the second search is
 * counted and never shown.
 *
 * <p>Cost: a second search (and a second embedding of a text) for each search that is shadowed, and
 * the ids of the last shadowed searches that nobody has chosen from yet: at most {@value
 * #MAX_OPEN_IDS} in all. Nothing is kept on disk. Thread-safe.
 */
public interface ShadowSearch {
  /** Most ids that are held for {@link #choose}; the oldest searches are forgotten first. */
  int MAX_OPEN_IDS = 1 << 18;

  /**
   * An answer.
   *
   * @param ticket names the search for {@link ShadowSearch#choose}
   * @param response what the request asked for
   */
  record Answer(long ticket, SearchResponse response) {}

  /**
   * Searches as {@link CollectionReads#search} and, if it is this search's turn, once more with the
   * other adapter. Keyword searches use no adapter and are not shadowed; where the other adapter is
   * a version of a scope, only searches in that scope are. An active adapter is that of the scope
   * that a search is in, if it has one.
   */
  Answer search(SearchRequest request);

  /**
   * Tells which hit of a search was chosen. The other adapter wins if it ranked that document
   * higher, and loses if it ranked it lower or not at all.
   *
   * <p>The count leans towards the adapter whose hits were shown, for nobody can choose what only
   * the other one found. More wins than losses are evidence for the other adapter; the reverse is
   * weak evidence against it.
   *
   * @return whether it counts: not for a search that was not shadowed, has been forgotten, or has
   *     been chosen from before
   * @throws org.attunedb.core.error.InvalidInputException {@code labels_invalid} for a document
   *     that is not among the hits
   */
  boolean choose(long ticket, String id);

  /** What has been found so far. */
  ShadowReport report();
}
