package org.attunedb.core.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * The adapter that a collection uses while another one is trained for it. It knows its own training
 * queries by heart, so that it can be compared fairly on others only. Thread-safe.
 */
public interface Incumbent {
  /** Its name, for messages. */
  String version();

  /** Whether searches of a mode use it. */
  boolean isUsedBy(SearchMode mode);

  /**
   * Whether it was trained on this query: one that is hardly different, or a similar one about the
   * same document, as the vector of one text moves a little when an embedder's statistics do.
   */
  boolean remembers(LabelledQuery query);

  /** Whether it remembers all queries that it was trained on. */
  boolean remembersAll();

  /**
   * Its own held-out figures by the names of {@link GateDecision#metrics}, if it was trained on the
   * same corpus and labels.
   */
  Optional<Map<String, Double>> heldOutOfTheSame();

  /**
   * Whether searches of a mode share it with others that the new one is not for, and go on with it
   * where the new one is not better. So the new one must be better than it beyond chance: two are
   * not worth more than one without a gain.
   */
  default boolean isShared(SearchMode mode) {
    return false;
  }

  /** What a search of a mode makes of a query with it. */
  Answer apply(Embedding query, SearchMode mode);

  /**
   * An adapted query.
   *
   * @param vector of unit length, shape {@code [dimension]}
   * @param keywordWeight of keyword scores in hybrid search, 0 to 1
   * @param bonuses rows of the corpus whose scores gain, each once
   */
  record Answer(Embedding vector, double keywordWeight, List<Bonus> bonuses) {
    /** Copies the list. */
    public Answer {
      bonuses = List.copyOf(bonuses);
    }
  }

  /**
   * What a row's score gains.
   *
   * @param row of the corpus
   * @param gain above 0
   */
  record Bonus(int row, float gain) {}
}
