package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryAdapter.Adapted;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.Test;

class VariantTest {
  private static final Blend ALPHA = new Blend(0.25f, 0.75f);
  private static final Blend KEYWORDS = new Blend(0.5f, 0.1f);
  private static final Blend NONE = Blend.constant(0);
  private static final Blend USUAL = Blend.constant(1f / 3);
  private static final ModeProfile PROFILE = new ModeProfile(true, ALPHA, KEYWORDS, 2);
  private static final Embedding QUERY = Embedding.of(1, 0);

  private final AdapterWeights weights =
      new AdapterWeights(
          new float[] {1, 0},
          new float[] {0, 1},
          new float[2],
          Map.of(SearchMode.VECTOR, PROFILE, SearchMode.HYBRID, PROFILE),
          QueryMemory.of(
              List.of(QUERY),
              List.of(List.of(new QueryMemory.Relevant("remembered", 1))),
              Logistic.UNKNOWN,
              Logistic.UNKNOWN));

  @Test
  void change_eachVariant_takesOnePartAway() {
    assertThat(Variant.FULL.change(PROFILE)).isEqualTo(PROFILE);
    assertThat(Variant.NO_RECALL.change(PROFILE)).isEqualTo(profile(ALPHA, KEYWORDS, 0));
    assertThat(Variant.NO_RESIDUAL.change(PROFILE)).isEqualTo(profile(NONE, KEYWORDS, 2));
    assertThat(Variant.ALPHA_UNSEEN.change(PROFILE))
        .isEqualTo(profile(Blend.constant(0.25f), KEYWORDS, 2));
    assertThat(Variant.ALPHA_SEEN.change(PROFILE))
        .isEqualTo(profile(Blend.constant(0.75f), KEYWORDS, 2));
    assertThat(Variant.USUAL_KEYWORDS.change(PROFILE)).isEqualTo(profile(ALPHA, USUAL, 2));
    assertThat(Variant.KEYWORDS_ONLY.change(PROFILE)).isEqualTo(profile(NONE, KEYWORDS, 0));
    assertThat(Variant.RESIDUAL_ONLY.change(PROFILE))
        .isEqualTo(profile(Blend.constant(0.5f), USUAL, 0));
  }

  @Test
  void of_full_isTheSameAdapter() {
    assertThat(Variant.FULL.of(weights)).isEqualTo(weights);
  }

  @Test
  void of_noRecall_adaptsTheVectorAndRecallsNothing() {
    Adapted full = adapted(Variant.FULL);
    Adapted without = adapted(Variant.NO_RECALL);

    assertThat(full.recalled()).hasSize(1);
    assertThat(without.recalled()).isEmpty();
    assertThat(without.vector()).isEqualTo(full.vector()).isNotEqualTo(QUERY);
  }

  @Test
  void of_noResidual_recallsAndLeavesTheVector() {
    Adapted without = adapted(Variant.NO_RESIDUAL);

    assertThat(without.vector()).isEqualTo(QUERY);
    assertThat(without.recalled()).isEqualTo(adapted(Variant.FULL).recalled());
  }

  private Adapted adapted(Variant variant) {
    return new LowRankAdapter(variant.of(weights)).apply(QUERY, SearchMode.HYBRID);
  }

  private static ModeProfile profile(Blend alpha, Blend keywords, float memory) {
    return new ModeProfile(true, alpha, keywords, memory);
  }
}
