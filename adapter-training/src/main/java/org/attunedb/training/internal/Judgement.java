package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.evaluation.PairedBootstrap;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;

/** What the gate said about each search mode, and the decision that follows. */
final class Judgement {
  private final Gate gate;
  private final Map<SearchMode, ModeProfile> profiles = new EnumMap<>(SearchMode.class);
  private final Map<SearchMode, String> findings = new EnumMap<>(SearchMode.class);
  private final Map<SearchMode, String> objections = new EnumMap<>(SearchMode.class);
  private final Map<SearchMode, String> notes = new EnumMap<>(SearchMode.class);
  private final Map<String, Double> metrics = new HashMap<>();
  private OptionalDouble ownShare = OptionalDouble.empty();

  Judgement(Gate gate) {
    this.gate = gate;
    for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
      profiles.put(mode, ProfileSearch.identity());
    }
  }

  /** Takes note of how much is kept of what the labels add to a prior. */
  void shrink(float share) {
    ownShare = OptionalDouble.of(share);
    metrics.put("own_share", (double) share);
  }

  /** How much is kept of what is fitted; 1 without a prior. */
  float ownShare() {
    return (float) ownShare.orElse(1);
  }

  /** Chooses the profiles on held-out queries and judges them. */
  void judge(ProfileSearch search) {
    Map<SearchMode, ModeProfile> chosen = search.choose();
    search
        .base()
        .forEach(
            (mode, base) -> {
              ModeProfile profile = chosen.getOrDefault(mode, ProfileSearch.identity());
              OutOfFold adapted = profile.better() ? search.measure(mode, profile) : base;
              Optional<String> refusal = gate.refusal(base, adapted);
              metrics.putAll(Gate.metrics(prefix(mode), base, adapted));
              metrics.putAll(Gate.metrics("held_out_" + prefix(mode), base, adapted));
              describe(mode, profile);
              accept(mode, profile, refusal, base, adapted);
            });
  }

  private void accept(
      SearchMode mode,
      ModeProfile profile,
      Optional<String> refusal,
      OutOfFold base,
      OutOfFold adapted) {
    profiles.put(
        mode,
        new ModeProfile(
            refusal.isEmpty(), profile.alpha(), profile.keywordWeight(), profile.memoryWeight()));
    findings.put(mode, refusal.orElseGet(() -> "held-out " + gate.success(base, adapted)));
  }

  private void describe(SearchMode mode, ModeProfile profile) {
    metrics.put(prefix(mode) + "alpha_seen", (double) profile.alpha().seen());
    metrics.put(prefix(mode) + "alpha_unseen", (double) profile.alpha().unseen());
    metrics.put(prefix(mode) + "memory_weight", (double) profile.memoryWeight());
    if (mode == SearchMode.HYBRID) {
      metrics.put("hybrid_keyword_weight_seen", (double) profile.keywordWeight().seen());
      metrics.put("hybrid_keyword_weight_unseen", (double) profile.keywordWeight().unseen());
    }
  }

  /** Asks queries that no choice has seen whether they gain, too. */
  void confirm(ProfileSearch sealed) {
    sealed
        .base()
        .forEach(
            (mode, base) -> {
              ModeProfile profile = profile(mode);
              if (!profile.better()) {
                return;
              }
              OutOfFold adapted = sealed.measure(mode, profile);
              // What nothing was chosen by is the better estimate.
              metrics.putAll(Gate.metrics(prefix(mode), base, adapted));
              metrics.putAll(Gate.metrics("sealed_" + prefix(mode), base, adapted));
              Optional<String> contradiction = gate.contradiction(base, adapted);
              accept(mode, profile, contradiction, base, adapted);
              if (contradiction.isEmpty()) {
                findings.put(mode, "on sealed queries " + gate.success(base, adapted));
              }
            });
  }

  /**
   * Asks whether the adapter in use may be replaced: on queries that neither was trained on the new
   * one must not be worse on average. No interval is asked for, as more labels should help, and
   * nothing is lost with an equal one. Where there are too few such queries and both were trained
   * on the same labels, the new one's held-out figures must not be below the other's; where nothing
   * can tell, the adapter in use stays.
   *
   * <p>An adapter that is shared with other searches stays in use wherever the new one is not
   * better than it beyond chance.
   *
   * @param searches held-out queries, the ones to be preferred first
   */
  void compare(Succession succession, List<ProfileSearch> searches) {
    for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
      if (!succession.isUsedBy(mode)) {
        continue;
      }
      if (succession.isShared(mode)) {
        compareShared(succession, mode, searches);
      } else if (searches.getLast().base().containsKey(mode)) {
        compare(succession, mode, searches);
      } else {
        objections.put(
            mode,
            "uses version '%s' and could not be measured, as no query has known words"
                .formatted(succession.version()));
      }
    }
  }

  private void compare(Succession succession, SearchMode mode, List<ProfileSearch> searches) {
    int most = 0;
    for (ProfileSearch search : searches) {
      OutOfFold base = search.base().get(mode);
      if (base == null) {
        continue;
      }
      ModeProfile profile = profile(mode);
      OutOfFold successor =
          succession.newToIncumbent(profile.better() ? search.measure(mode, profile) : base);
      if (successor.queries().size() >= Gate.MIN_SUCCESSION) {
        compare(succession, mode, successor);
        return;
      }
      most = Math.max(most, successor.queries().size());
    }
    compareHeldOut(succession, mode, most);
  }

  /**
   * As the comparison with none: held-out queries must gain, and sealed ones must not contradict.
   *
   * @param searches held-out queries, sealed ones first
   */
  private void compareShared(Succession succession, SearchMode mode, List<ProfileSearch> searches) {
    ModeProfile profile = profile(mode);
    if (!profile.better()) {
      return;
    }
    String figures = "";
    boolean better = true;
    for (ProfileSearch search : searches) {
      OutOfFold successor = succession.newToIncumbent(search.measure(mode, profile));
      if (successor.queries().size() >= Gate.MIN_SUCCESSION && better) {
        OutOfFold incumbent = succession.measure(mode, successor);
        boolean sealed = search != searches.getLast();
        better =
            sealed
                ? gate.contradiction(incumbent, successor).isEmpty()
                : gate.isGain(incumbent, successor);
        if (figures.isEmpty()) {
          metrics.putAll(Gate.comparison(prefix(mode), incumbent, successor));
          figures = Gate.points(gate.against(incumbent, successor));
        }
      }
    }
    better &= !figures.isEmpty();
    findings.merge(mode, against(succession.version(), figures, better), String::concat);
    profiles.put(
        mode,
        new ModeProfile(better, profile.alpha(), profile.keywordWeight(), profile.memoryWeight()));
  }

  private static String against(String version, String figures, boolean better) {
    if (figures.isEmpty()) {
      return ", and nothing tells whether it is better than version '" + version + "'";
    }
    return ", against version '%s' %s%s"
        .formatted(
            version,
            figures,
            better
                ? ""
                : ", which is too small, chance, or at the cost of recall@1 or of unseen documents");
  }

  private void compare(Succession succession, SearchMode mode, OutOfFold successor) {
    OutOfFold incumbent = succession.measure(mode, successor);
    PairedBootstrap gain = gate.against(incumbent, successor);
    metrics.putAll(Gate.comparison(prefix(mode), incumbent, successor));
    String figures =
        "%s on %s queries that %s"
            .formatted(
                Gate.points(gain),
                successor.queries().size(),
                succession.remembersAll()
                    ? "neither was trained on"
                    : "only the former is sure not to have been trained on");
    // A condition to pass, so that a gain that is not a number does not.
    if (gain.mean() >= 0) {
      notes.put(mode, "against version '" + succession.version() + "' " + figures);
    } else {
      objections.put(mode, "is better with version '" + succession.version() + "': " + figures);
    }
  }

  private void compareHeldOut(Succession succession, SearchMode mode, int unknown) {
    OptionalDouble before = succession.heldOutOfTheSame(prefix(mode));
    String version = "version '" + succession.version() + "'";
    if (before.isEmpty()) {
      objections.put(
          mode,
          "keeps %s, which was trained on all but %s of the queries, so that nothing tells whether another one is better; deactivate it to train without a comparison"
              .formatted(version, unknown));
      return;
    }
    String held = "held_out_" + prefix(mode);
    double now =
        (metrics.getOrDefault(held + "recall@10", Double.NaN)
                + metrics.getOrDefault(held + "ndcg@10", Double.NaN))
            / 2;
    String figures =
        String.format(
            Locale.ROOT,
            "held-out recall@10 and nDCG@10, in the mean, %.1f %% against %.1f %% on the same labels",
            100 * now,
            100 * before.getAsDouble());
    if (profile(mode).better() && now >= before.getAsDouble()) {
      notes.put(mode, "not worse than " + version + ": " + figures);
    } else {
      objections.put(mode, "is better with " + version + ": " + figures);
    }
  }

  /** Figures of vector search, which the job's status shows, have no prefix. */
  private static String prefix(SearchMode mode) {
    return mode == SearchMode.VECTOR ? "" : mode.name().toLowerCase(Locale.ROOT) + "_";
  }

  private ModeProfile profile(SearchMode mode) {
    return profiles.getOrDefault(mode, ProfileSearch.identity());
  }

  boolean anyBetter() {
    return profiles.values().stream().anyMatch(ModeProfile::better);
  }

  /** How each mode uses the adapter. */
  Map<SearchMode, ModeProfile> profiles() {
    return Map.copyOf(profiles);
  }

  GateDecision decision() {
    findings.forEach(
        (mode, finding) ->
            metrics.put(prefix(mode) + "better", profile(mode).better() ? 1.0 : 0.0));
    List<String> sentences = new ArrayList<>();
    objections.forEach(
        (mode, objection) ->
            sentences.add(
                "%s search %s".formatted(mode.name().toLowerCase(Locale.ROOT), objection)));
    if (!findings.containsKey(SearchMode.HYBRID)) {
      sentences.add("hybrid search was not measured, no query has known words");
    }
    findings.forEach(
        (mode, finding) ->
            sentences.add(
                "%s search %s: %s"
                    .formatted(
                        mode.name().toLowerCase(Locale.ROOT),
                        profile(mode).better() ? "is better" : "stays as it was",
                        finding + (notes.containsKey(mode) ? ", " + notes.get(mode) : ""))));
    ownShare.ifPresent(
        share ->
            sentences.add(
                String.format(
                    Locale.ROOT,
                    "of what the labels add to the collection's adapter %.0f %% is kept",
                    100 * share)));
    return new GateDecision(
        anyBetter() && objections.isEmpty() ? Outcome.PUBLISHED : Outcome.NO_IMPROVEMENT,
        String.join("; ", sentences),
        metrics);
  }
}
