package org.attunedb.bench.study;

import java.util.EnumMap;
import java.util.Map;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.search.SearchMode;

/** A published adapter without one of its parts. */
enum Variant {
  /** As it was published. */
  FULL("full"),

  /** Documents of remembered queries gain nothing. */
  NO_RECALL("no recalled documents") {
    @Override
    ModeProfile change(ModeProfile profile) {
      return new ModeProfile(profile.better(), profile.alpha(), profile.keywordWeight(), 0);
    }
  },

  /** Query vectors stay as they are. */
  NO_RESIDUAL("no residual") {
    @Override
    ModeProfile change(ModeProfile profile) {
      return new ModeProfile(
          profile.better(), NONE, profile.keywordWeight(), profile.memoryWeight());
    }
  },

  /** Every query gets the share of the residual that one unlike all training queries gets. */
  ALPHA_UNSEEN("alpha of unseen for all") {
    @Override
    ModeProfile change(ModeProfile profile) {
      return withAlpha(profile, profile.alpha().unseen());
    }
  },

  /** Every query gets the share of the residual that one like a training query gets. */
  ALPHA_SEEN("alpha of seen for all") {
    @Override
    ModeProfile change(ModeProfile profile) {
      return withAlpha(profile, profile.alpha().seen());
    }
  },

  /** Hybrid search weighs keywords as it does without an adapter. */
  USUAL_KEYWORDS("usual keyword weight") {
    @Override
    ModeProfile change(ModeProfile profile) {
      return new ModeProfile(
          profile.better(), profile.alpha(), USUAL.keywordWeight(), profile.memoryWeight());
    }
  },

  /** The learned weight of keywords and nothing else; vector search is as without an adapter. */
  KEYWORDS_ONLY("keyword weight only") {
    @Override
    ModeProfile change(ModeProfile profile) {
      return new ModeProfile(profile.better(), NONE, profile.keywordWeight(), 0);
    }
  },

  /** The plain low-rank adapter: one share of the residual, the mean of both, for all queries. */
  RESIDUAL_ONLY("residual only, one alpha") {
    @Override
    ModeProfile change(ModeProfile profile) {
      float mean = (profile.alpha().unseen() + profile.alpha().seen()) / 2;
      return new ModeProfile(profile.better(), Blend.constant(mean), USUAL.keywordWeight(), 0);
    }
  };

  private static final Blend NONE = Blend.constant(0);
  private static final ModeProfile USUAL = ModeProfile.constant(1);

  private final String label;

  Variant(String label) {
    this.label = label;
  }

  /** How reports name it. */
  String label() {
    return label;
  }

  /** The profile of one mode in this variant. */
  ModeProfile change(ModeProfile profile) {
    return profile;
  }

  /** The adapter in this variant. */
  AdapterWeights of(AdapterWeights weights) {
    Map<SearchMode, ModeProfile> profiles = new EnumMap<>(SearchMode.class);
    for (SearchMode mode : Ablation.MODES) {
      profiles.put(mode, change(weights.profile(mode)));
    }
    return new AdapterWeights(
        weights.down(), weights.up(), weights.bias(), profiles, weights.memory().orElse(null));
  }

  private static ModeProfile withAlpha(ModeProfile profile, float alpha) {
    return new ModeProfile(
        profile.better(), Blend.constant(alpha), profile.keywordWeight(), profile.memoryWeight());
  }
}
