package org.attunedb.training.internal;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.SearchMode;
import org.attunedb.training.internal.Rehearsal.Reading;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how each mode uses an adapter, by the objective on held-out queries. First what unseen
 * queries get, by unseen queries alone: what seen ones gain must not buy their loss. Then what seen
 * ones get and the weight of the memory, by both kinds alike (their mixture in the folds is not
 * that of the future), because queries that are taken for the other kind count, too.
 */
final class ProfileSearch {
  /** The shares of the residual that are tried. */
  private static final float[] ALPHAS = {0, 0.25f, 0.5f, 0.75f, 1};

  private static final float[] MEMORY_BY_VECTOR = {0, 0.2f, 0.4f, 0.8f};
  private static final float[] MEMORY_HYBRID = {0, 0.25f, 0.5f, 1};

  /** Keyword weights of unseen queries; the first is that of a search without an adapter. */
  private static final float[] UNSEEN_KEYWORDS = {
    (float) Fusion.Automatic.BASE_KEYWORD_WEIGHT, 1f / 3, 2f / 3
  };

  private static final float[] SEEN_KEYWORDS = {0.5f, 1f / 3, 1f / 6};

  private final Rehearsal rehearsal;
  private final Map<SearchMode, OutOfFold> base = new EnumMap<>(SearchMode.class);
  private @Nullable Map<SearchMode, ModeProfile> chosen;

  ProfileSearch(Rehearsal rehearsal) {
    this.rehearsal = rehearsal;
    Reading identity = rehearsal.read(Blend.constant(0));
    base.put(SearchMode.VECTOR, rehearsal.base(SearchMode.VECTOR, identity));
    if (rehearsal.haveKeywords()) {
      base.put(SearchMode.HYBRID, rehearsal.base(SearchMode.HYBRID, identity));
    }
  }

  /** What searches find without an adapter, for each mode that can be measured. */
  Map<SearchMode, OutOfFold> base() {
    return Map.copyOf(base);
  }

  /** The best profile of each mode that can be measured; the identity where none is better. */
  Map<SearchMode, ModeProfile> choose() {
    Map<SearchMode, ModeProfile> known = chosen;
    if (known == null) {
      known = Collections.unmodifiableMap(search());
      chosen = known;
    }
    return known;
  }

  private Map<SearchMode, ModeProfile> search() {
    Map<SearchMode, ModeProfile> unseen = unseen();
    Map<SearchMode, Best> best = new EnumMap<>(SearchMode.class);
    base.forEach(
        (mode, without) -> best.put(mode, new Best(identity(), without.balanced(), without)));
    for (float alpha : ALPHAS) {
      Map<Blend, Reading> readings = new HashMap<>();
      unseen.forEach(
          (mode, start) -> {
            if (alpha >= start.alpha().unseen()) {
              Blend share = blend(start.alpha().unseen(), alpha);
              Reading reading = readings.computeIfAbsent(share, rehearsal::read);
              best.computeIfPresent(mode, (m, known) -> better(m, reading, share, start, known));
            }
          });
    }
    Map<SearchMode, ModeProfile> found = new EnumMap<>(SearchMode.class);
    best.forEach((mode, one) -> found.put(mode, one.profile));
    return found;
  }

  /** The best so far, and what searches find without an adapter. */
  private record Best(ModeProfile profile, double objective, OutOfFold without) {}

  /** Where closeness tells nothing, both kinds get the same, and there is nothing to choose yet. */
  private Map<SearchMode, ModeProfile> unseen() {
    Map<SearchMode, ModeProfile> best = new EnumMap<>(SearchMode.class);
    Map<SearchMode, Double> highest = new EnumMap<>(SearchMode.class);
    // The first that is tried changes nothing.
    Map<SearchMode, OutOfFold> untouched = new EnumMap<>(SearchMode.class);
    for (SearchMode mode : base.keySet()) {
      best.put(mode, identity());
    }
    if (!rehearsal.tellsSeen()) {
      return best;
    }
    for (float alpha : ALPHAS) {
      Reading reading = rehearsal.readUnseen(Blend.constant(alpha));
      for (SearchMode mode : base.keySet()) {
        for (float keywords : keywords(mode, UNSEEN_KEYWORDS)) {
          ModeProfile profile =
              new ModeProfile(true, Blend.constant(alpha), Blend.constant(keywords), 0);
          OutOfFold results = rehearsal.measure(mode, reading, profile);
          OutOfFold without = untouched.computeIfAbsent(mode, first -> results);
          double gain = gainBeyondError(without, results);
          if (gain > highest.getOrDefault(mode, 0.0)) {
            best.put(mode, profile);
            highest.put(mode, gain);
          }
        }
      }
    }
    return best;
  }

  /** The mean gain; 0 unless it is larger than its standard error. */
  private static double gainBeyondError(OutOfFold without, OutOfFold results) {
    return beyondError(results.differencesFrom(without, Quality::objective));
  }

  /** The mean; 0 unless it is larger than its standard error. */
  static double beyondError(double[] gains) {
    double mean = Arrays.stream(gains).average().orElse(0);
    double squares = Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).sum();
    double error = Math.sqrt(squares / Math.max(1, gains.length - 1) / Math.max(1, gains.length));
    return mean > error ? mean : 0;
  }

  /** The best of what is known and the profiles of one share of the residual. */
  private Best better(
      SearchMode mode, Reading reading, Blend share, ModeProfile unseen, Best known) {
    Best best = known;
    for (float keywords : keywords(mode, SEEN_KEYWORDS)) {
      Blend weight = blend(unseen.keywordWeight().unseen(), keywords);
      for (float memory : memory(mode)) {
        if (share.seen() == 0 && memory == 0) {
          // Another keyword weight alone is no adapter.
          continue;
        }
        ModeProfile profile = new ModeProfile(true, share, weight, memory);
        OutOfFold results = rehearsal.measure(mode, reading, profile);
        if (results.balanced() > best.objective && Gate.guards(known.without, results)) {
          best = new Best(profile, results.balanced(), known.without);
        }
      }
    }
    return best;
  }

  private Blend blend(float unseen, float seen) {
    return rehearsal.tellsSeen() ? new Blend(unseen, seen) : Blend.constant(seen);
  }

  private static float[] keywords(SearchMode mode, float[] tried) {
    return mode == SearchMode.HYBRID ? tried : new float[] {tried[0]};
  }

  private float[] memory(SearchMode mode) {
    if (!rehearsal.haveMemory()) {
      return new float[] {0};
    }
    return mode == SearchMode.HYBRID ? MEMORY_HYBRID : MEMORY_BY_VECTOR;
  }

  /** What searches of a mode find with a profile, or without an adapter where it is not better. */
  OutOfFold best(SearchMode mode, ModeProfile profile) {
    OutOfFold without = base.get(mode);
    return profile.better() || without == null ? measure(mode, profile) : without;
  }

  /** What searches find with a profile. */
  OutOfFold measure(SearchMode mode, ModeProfile profile) {
    return rehearsal.measure(mode, rehearsal.read(profile.alpha()), profile);
  }

  /** The profile of a search without an adapter. */
  static ModeProfile identity() {
    return new ModeProfile(
        false, Blend.constant(0), Blend.constant((float) Fusion.Automatic.BASE_KEYWORD_WEIGHT), 0);
  }
}
