package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.QueryAdapter.Adapted;
import org.attunedb.core.adapter.QueryAdapter.Recalled;
import org.attunedb.core.adapter.QueryMemory.Relevant;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an adapter makes of its memory, against an exhaustive search in doubles. */
class RememberedQueriesTest {
  private static final int CLOSEST = 16;
  private static final Logistic SEEN = new Logistic(8, -4);
  private static final Logistic SAME = new Logistic(6, -3);
  private static final List<String> DOCUMENTS =
      IntStream.range(0, 20).mapToObj(i -> "d" + i).toList();

  private final SplittableRandom random = new SplittableRandom(17);

  private AdapterWeights weights(int dimension, int rank, QueryMemory memory) {
    return RandomAdapters.withMemory(RandomAdapters.weights(dimension, rank, random), memory);
  }

  private Embedding unit(int dimension) {
    return Embedding.unit(RandomAdapters.vector(dimension, random));
  }

  /** Up to 64 remembered queries are all compared: the answer is exact. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 64})
  void find_fewQueries_areTheClosestOfAll(int count) {
    for (int rank : new int[] {1, 8}) {
      QueryMemory memory = RandomAdapters.memory(count, 12, DOCUMENTS, random);
      AdapterWeights weights = weights(12, rank, memory);
      for (int i = 0; i < 20; i++) {
        Embedding query = unit(12);

        List<ClosestQueries.Close> close = find(weights, query);

        List<Double> expected = cosines(memory, query).stream().limit(CLOSEST).toList();
        assertThat(close).hasSize(expected.size());
        for (int c = 0; c < close.size(); c++) {
          assertThat((double) close.get(c).cosine()).isCloseTo(expected.get(c), within(1e-5));
          assertThat(close.get(c).cosine())
              .isEqualTo(memory.dot(close.get(c).query(), new Quarters(query.toArray())));
        }
        assertThat(close.stream().map(ClosestQueries.Close::query)).doesNotHaveDuplicates();
      }
    }
  }

  /** Of many the hidden vectors choose 64: the closest of all is nearly always among them. */
  @Test
  void find_manyQueries_nearlyAlwaysHoldTheClosestOfAll() {
    QueryMemory memory = RandomAdapters.memory(5_000, 64, DOCUMENTS, random);
    AdapterWeights weights = weights(64, 32, memory);
    int found = 0;
    for (int i = 0; i < 200; i++) {
      float[] near = memory.query(random.nextInt(5_000));
      float[] noise = RandomAdapters.vector(64, random);
      for (int c = 0; c < 64; c++) {
        near[c] += 0.08f * noise[c];
      }
      Embedding query = Embedding.unit(near);

      double closest = find(weights, query).getFirst().cosine();

      found += closest > cosines(memory, query).getFirst() - 1e-5 ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(196);
  }

  /** More copies of one query than are compared: any of them tells the same. */
  @Test
  void find_manyCopiesOfTheClosest_findsCopies() {
    Embedding copied = unit(16);
    List<Embedding> queries = new ArrayList<>();
    List<List<Relevant>> relevant = new ArrayList<>();
    for (int q = 0; q < 400; q++) {
      queries.add(q % 2 == 0 ? copied : unit(16));
      relevant.add(List.of(new Relevant(q % 2 == 0 ? "copied" : "other", 1)));
    }
    AdapterWeights weights = weights(16, 16, QueryMemory.of(queries, relevant, SEEN, SAME));

    Adapted adapted = new LowRankAdapter(weights).apply(copied, SearchMode.VECTOR);

    assertThat(find(weights, copied)).allMatch(close -> close.query() % 2 == 0);
    assertThat(adapted.recalled()).hasSize(1);
    assertThat(adapted.recalled().getFirst().document()).isEqualTo("copied");
    assertThat(adapted.recalled().getFirst().bonus())
        .isCloseTo((float) (0.4 * SAME.at(1)), within(1e-2f));
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "HYBRID"})
  void apply_anyMemory_agreesWithFormula(SearchMode mode) {
    for (int count : new int[] {1, 2, 40, 64}) {
      QueryMemory memory = RandomAdapters.memory(count, 24, DOCUMENTS, random);
      AdapterWeights weights = weights(24, 5, memory);
      LowRankAdapter adapter = new LowRankAdapter(weights);
      for (int i = 0; i < 20; i++) {
        // Some near a remembered query, some far from all.
        Embedding query = i % 2 == 0 ? unit(24) : Embedding.of(memory.query(random.nextInt(count)));

        assertAgrees(adapter.apply(query, mode), weights, query, mode);
      }
    }
  }

  private static void assertAgrees(
      Adapted adapted, AdapterWeights weights, Embedding query, SearchMode mode) {
    QueryMemory memory = weights.memory().orElseThrow();
    ModeProfile profile = weights.profile(mode);
    double s = SEEN.at(cosines(memory, query.normalized()).getFirst());
    double alpha = profile.alpha().at(s);
    AdapterWeights constant =
        new AdapterWeights(weights.down(), weights.up(), weights.bias(), (float) alpha);
    Embedding expected = new LowRankAdapter(constant).adapt(query);
    assertThat(adapted.vector().dot(expected)).isCloseTo(1, within(1e-5));
    assertThat(adapted.keywordWeight()).isCloseTo(profile.keywordWeight().at(s), within(1e-5));
    Map<String, Double> bonuses = bonuses(memory, query.normalized(), profile.memoryWeight());
    assertThat(adapted.recalled().stream().map(Recalled::document))
        .containsExactlyInAnyOrderElementsOf(bonuses.keySet());
    for (Recalled recalled : adapted.recalled()) {
      assertThat((double) recalled.bonus())
          .isCloseTo(bonuses.getOrDefault(recalled.document(), Double.NaN), within(1e-5));
    }
  }

  /** The largest of weight · probability · share over the closest queries. */
  private static Map<String, Double> bonuses(QueryMemory memory, Embedding unit, double weight) {
    List<Integer> byCosine =
        IntStream.range(0, memory.count())
            .boxed()
            .sorted(Comparator.comparingDouble(q -> -cosine(memory, q, unit)))
            .limit(CLOSEST)
            .toList();
    Map<String, Double> bonuses = new HashMap<>();
    for (int q : byCosine) {
      for (Relevant relevant : memory.relevant(q)) {
        double bonus = weight * SAME.at(cosine(memory, q, unit)) * relevant.share();
        bonuses.merge(relevant.document(), bonus, Math::max);
      }
    }
    return bonuses;
  }

  @Test
  void apply_longQuery_isAdaptedAsItsDirection() {
    AdapterWeights weights = weights(12, 3, RandomAdapters.memory(30, 12, DOCUMENTS, random));
    LowRankAdapter adapter = new LowRankAdapter(weights);
    Embedding query = unit(12);
    float[] longer = query.toArray();
    for (int i = 0; i < longer.length; i++) {
      longer[i] *= 1024;
    }

    Adapted adapted = adapter.apply(Embedding.of(longer), SearchMode.HYBRID);

    assertAgrees(adapted, weights, query, SearchMode.HYBRID);
  }

  @Test
  void apply_zeroQuery_recallsNothing() {
    LowRankAdapter adapter =
        new LowRankAdapter(weights(4, 2, RandomAdapters.memory(9, 4, DOCUMENTS, random)));
    Embedding zero = Embedding.of(0, 0, 0, 0);

    Adapted adapted = adapter.apply(zero, SearchMode.HYBRID);

    assertThat(adapted.vector()).isSameAs(zero);
    assertThat(adapted.recalled()).isEmpty();
    assertThat(adapted.keywordWeight()).isEqualTo(0.5);
  }

  /** A memory alone changes neither the vector nor the weights. */
  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "HYBRID"})
  void apply_alphaAndMemoryWeightZero_returnsTheQueryItself(SearchMode mode) {
    AdapterWeights some = weights(8, 2, RandomAdapters.memory(9, 8, DOCUMENTS, random));
    ModeProfile nothing =
        new ModeProfile(
            true,
            Blend.constant(0),
            Blend.constant((float) Fusion.Automatic.BASE_KEYWORD_WEIGHT),
            0);
    LowRankAdapter adapter =
        new LowRankAdapter(
            new AdapterWeights(
                some.down(),
                some.up(),
                some.bias(),
                Map.of(SearchMode.VECTOR, nothing, SearchMode.HYBRID, nothing),
                some.memory().orElseThrow()));
    Embedding query = unit(8);

    Adapted adapted = adapter.apply(query, mode);

    assertThat(adapted.vector()).isSameAs(query);
    assertThat(adapted.recalled()).isEmpty();
    assertThat(adapted.keywordWeight()).isEqualTo(Fusion.Automatic.BASE_KEYWORD_WEIGHT);
  }

  /** With a residual that sees nothing hidden vectors are zero and tell nothing. */
  @ParameterizedTest
  @ValueSource(ints = {2, 64})
  void apply_zeroDownMatrix_recallsTheClosestAllTheSame(int rank) {
    QueryMemory memory = RandomAdapters.memory(300, 16, DOCUMENTS, random);
    AdapterWeights weights =
        RandomAdapters.withMemory(
            new AdapterWeights(new float[16 * rank], new float[16 * rank], new float[16], 1),
            memory);
    for (int q = 0; q < 300; q += 13) {
      Embedding query = Embedding.unit(memory.query(q));

      assertThat(find(weights, query).getFirst().query()).isEqualTo(q);
    }
  }

  /** Few hidden components hardly tell queries apart. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 16, 31})
  void apply_lowRank_recallsTheClosestAllTheSame(int rank) {
    QueryMemory memory = RandomAdapters.memory(2_000, 32, DOCUMENTS, random);
    AdapterWeights weights = weights(32, rank, memory);
    int found = 0;
    for (int i = 0; i < 100; i++) {
      float[] near = memory.query(random.nextInt(2_000));
      float[] noise = RandomAdapters.vector(32, random);
      for (int c = 0; c < 32; c++) {
        near[c] += 0.1f * noise[c];
      }
      Embedding query = Embedding.unit(near);

      double closest = find(weights, query).getFirst().cosine();

      found += closest > cosines(memory, query).getFirst() - 1e-5 ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(98);
  }

  @Test
  void apply_sameQueryFromManyThreads_givesTheSame() {
    LowRankAdapter adapter =
        new LowRankAdapter(weights(16, 4, RandomAdapters.memory(200, 16, DOCUMENTS, random)));
    Embedding query = unit(16);
    Adapted once = adapter.apply(query, SearchMode.VECTOR);

    assertThat(
            IntStream.range(0, 500)
                .parallel()
                .mapToObj(i -> adapter.apply(query, SearchMode.VECTOR)))
        .allMatch(once::equals);
  }

  private static List<ClosestQueries.Close> find(AdapterWeights weights, Embedding query) {
    float[][] down = Axpy.columns(weights.down(), weights.rank(), weights.dimension());
    float[] hidden = new float[weights.rank()];
    Axpy.addRows(down, query.toArray(), hidden);
    return new ClosestQueries(weights.memory().orElseThrow(), down, weights.rank())
        .find(query.toArray(), hidden);
  }

  private static double cosine(QueryMemory memory, int remembered, Embedding query) {
    double dot = 0;
    for (int i = 0; i < memory.dimension(); i++) {
      double component =
          (double) memory.codes()[remembered * memory.dimension() + i]
              * memory.scales()[remembered]
              / 127;
      dot += component * query.get(i);
    }
    // Bytes may make it a little longer than it can be.
    return Math.clamp(dot, -1, 1);
  }

  /** Of all remembered queries, largest first. */
  private static List<Double> cosines(QueryMemory memory, Embedding query) {
    byte[] codes = memory.codes();
    float[] scales = memory.scales();
    int n = memory.dimension();
    List<Double> cosines = new ArrayList<>();
    for (int q = 0; q < memory.count(); q++) {
      double dot = 0;
      for (int i = 0; i < n; i++) {
        dot += codes[q * n + i] * (double) scales[q] / 127 * query.get(i);
      }
      cosines.add(Math.clamp(dot, -1, 1));
    }
    cosines.sort(Comparator.reverseOrder());
    return cosines;
  }
}
