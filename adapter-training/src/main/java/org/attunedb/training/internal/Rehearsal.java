package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.SearchMode;

/**
 * Held-out queries, each with an adapter that was not fitted to it and a memory that does not hold
 * it: what searches would find under any {@link ModeProfile}.
 */
final class Rehearsal {
  /** Held-out queries and the adapter for them. */
  record Fold(List<Integer> heldOut, Factors factors) {}

  private final List<Fold> folds;
  private final Pools pools;
  private final Neighbours neighbours;
  private final Logistic seenCurve;
  private final BitSet seen;
  private final int[] groups;

  /**
   * A rehearsal.
   *
   * @param neighbours of all held-out queries
   * @param seenCurve from closeness to the probability that a query is seen
   * @param seen which queries are seen
   * @param groups of each of all queries, the number of the group that it shares documents with
   */
  Rehearsal(
      List<Fold> folds,
      Pools pools,
      Neighbours neighbours,
      Logistic seenCurve,
      BitSet seen,
      int[] groups) {
    this.folds = List.copyOf(folds);
    this.pools = pools;
    this.neighbours = neighbours;
    this.seenCurve = seenCurve;
    this.seen = seen;
    this.groups = groups.clone();
  }

  /** Queries with the candidates that some share of the residual brings up. */
  record Reading(List<Integer> queries, List<Pool> pools) {}

  /** Whether closeness tells seen from unseen queries. */
  boolean tellsSeen() {
    return seenCurve.slope() > 0;
  }

  boolean haveMemory() {
    return pools.haveMemory();
  }

  boolean haveKeywords() {
    return pools.haveKeywords();
  }

  /** Reads all held-out queries. */
  Reading read(Blend alpha) {
    return read(alpha, false);
  }

  /** Reads the unseen ones. */
  Reading readUnseen(Blend alpha) {
    return read(alpha, true);
  }

  private Reading read(Blend alpha, boolean unseenOnly) {
    List<Integer> queries = new ArrayList<>();
    List<Pool> read = new ArrayList<>();
    for (Fold fold : folds) {
      List<Integer> wanted =
          fold.heldOut.stream().filter(q -> !unseenOnly || !seen.get(q)).toList();
      queries.addAll(wanted);
      read.addAll(
          pools.of(
              wanted,
              (vectors, indexes) ->
                  alpha.seen() == 0 && alpha.unseen() == 0
                      ? vectors
                      : fold.factors.adapt(vectors, shares(vectors, indexes, alpha))));
    }
    return new Reading(queries, read);
  }

  private NDArray shares(NDArray vectors, int[] indexes, Blend alpha) {
    float[] shares = new float[indexes.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) alpha.at(probability(indexes[i]));
    }
    return vectors.getManager().create(shares, new Shape(shares.length, 1));
  }

  private double probability(int query) {
    return seenCurve.at(neighbours.closeness(query));
  }

  /** What searches find without an adapter. */
  OutOfFold base(SearchMode mode, Reading identity) {
    return measure(
        mode,
        identity,
        new ModeProfile(
            true,
            Blend.constant(0),
            Blend.constant((float) Fusion.Automatic.BASE_KEYWORD_WEIGHT),
            0));
  }

  /**
   * What searches find with a profile, whose alpha was read. Hybrid search is measured on queries
   * that have keywords; that of others is vector search.
   */
  OutOfFold measure(SearchMode mode, Reading reading, ModeProfile profile) {
    List<Integer> measured = new ArrayList<>(reading.queries.size());
    List<Quality> qualities = new ArrayList<>(reading.queries.size());
    for (int i = 0; i < reading.pools.size(); i++) {
      Pool pool = reading.pools.get(i);
      int query = reading.queries.get(i);
      if (mode == SearchMode.VECTOR) {
        measured.add(query);
        qualities.add(pool.byVector(profile.memoryWeight()));
      } else if (pool.hasKeywords()) {
        double keywordWeight = profile.keywordWeight().at(probability(query));
        measured.add(query);
        qualities.add(pool.hybrid(keywordWeight, profile.memoryWeight()));
      }
    }
    return new OutOfFold(measured, qualities, seen, groups);
  }
}
