package org.attunedb.training.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.search.SearchMode;

/**
 * Chooses how much of what the labels add to a prior is kept, on held-out queries: none, a quarter
 * and so on to all. A larger share is taken only where its gain over the smaller one exceeds its
 * standard error, so that few labels move little: the "one standard error" rule of Breiman,
 * Friedman, Olshen and Stone, Classification and Regression Trees, 1984, section 3.4.3.
 */
final class Shrinkage {
  private static final List<Float> SHARES = List.of(0f, 0.25f, 0.5f, 0.75f, 1f);

  private Shrinkage() {}

  /**
   * What was chosen.
   *
   * @param share 0 to 1
   * @param search held-out queries with that share
   */
  record Chosen(float share, ProfileSearch search) {}

  /**
   * Chooses.
   *
   * @param searches held-out queries with a share
   */
  static Chosen choose(DoubleFunction<ProfileSearch> searches) {
    Chosen chosen = new Chosen(SHARES.getFirst(), searches.apply(SHARES.getFirst()));
    for (float share : SHARES.subList(1, SHARES.size())) {
      ProfileSearch search = searches.apply(share);
      if (isBetter(chosen.search, search)) {
        chosen = new Chosen(share, search);
      }
    }
    return chosen;
  }

  private static boolean isBetter(ProfileSearch smaller, ProfileSearch larger) {
    Map<Integer, Double> gains = new HashMap<>();
    Map<SearchMode, ModeProfile> before = smaller.choose();
    larger
        .choose()
        .forEach(
            (mode, profile) -> {
              OutOfFold with = larger.best(mode, profile);
              double[] differences =
                  with.differencesFrom(
                      smaller.best(mode, before.getOrDefault(mode, ProfileSearch.identity())),
                      Quality::objective);
              for (int i = 0; i < differences.length; i++) {
                gains.merge(with.queries().get(i), differences[i], Double::sum);
              }
            });
    return ProfileSearch.beyondError(gains.values().stream().mapToDouble(gain -> gain).toArray())
        > 0;
  }
}
