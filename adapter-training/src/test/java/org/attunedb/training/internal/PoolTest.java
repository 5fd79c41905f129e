package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.Metric;
import org.junit.jupiter.api.Test;

/** Pools against a ranking of all columns by the formulas of docs/ranking.md. */
class PoolTest {
  private static final int CANDIDATES = 100;

  private final SplittableRandom random = new SplittableRandom(8);

  /** Everything that a ranking of one query weighs. */
  private static final class Case {
    private final Targets targets;
    private final float[] scores;
    private final SortedMap<Integer, Float> keywords;
    private final SortedMap<Integer, Float> memory;

    Case(
        Targets targets,
        float[] scores,
        SortedMap<Integer, Float> keywords,
        SortedMap<Integer, Float> memory) {
      this.targets = targets;
      this.scores = scores;
      this.keywords = keywords;
      this.memory = memory;
    }

    Pool pool(int offset) {
      float[] shifted = new float[offset + scores.length + 2];
      Arrays.fill(shifted, 9);
      System.arraycopy(scores, 0, shifted, offset, scores.length);
      return new Pool(
          targets,
          shifted,
          offset,
          scores.length,
          ColumnScores.of(keywords),
          bestKeywords(),
          ColumnScores.of(memory));
    }

    int[] bestKeywords() {
      return keywords.entrySet().stream()
          .sorted(
              Comparator.comparing((Map.Entry<Integer, Float> e) -> -e.getValue())
                  .thenComparing(Map.Entry::getKey))
          .limit(CANDIDATES)
          .mapToInt(Map.Entry::getKey)
          .toArray();
    }
  }

  /** Few different scores, so that equal ones are frequent. */
  private Case draw(int columns) {
    float[] scores = new float[columns];
    for (int c = 0; c < columns; c++) {
      scores[c] = random.nextInt(60) / 64f - 0.2f;
    }
    TreeMap<Integer, Float> keywords = new TreeMap<>();
    int words = random.nextInt(2) * random.nextInt(columns);
    for (int i = 0; i < words; i++) {
      keywords.put(random.nextInt(columns), (1 + random.nextInt(16)) / 16f);
    }
    if (!keywords.isEmpty()) {
      keywords.put(keywords.firstKey(), 1f);
    }
    TreeMap<Integer, Float> memory = new TreeMap<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      memory.put(random.nextInt(columns), random.nextInt(16) / 16f);
    }
    TreeSet<Integer> relevant = new TreeSet<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      // Now and then one that only the memory brings up.
      relevant.add(
          !memory.isEmpty() && random.nextBoolean() ? memory.firstKey() : random.nextInt(columns));
    }
    int[] targets = relevant.stream().mapToInt(c -> c).toArray();
    double[] grades = IntStream.of(targets).mapToDouble(c -> 1 + random.nextInt(3)).toArray();
    return new Case(new Targets(targets, grades), scores, keywords, memory);
  }

  @Test
  void byVector_anyMemory_equalsARankingOfAllColumns() {
    int gains = 0;
    for (int i = 0; i < 600; i++) {
      Case one = draw(1 + random.nextInt(400));
      Pool pool = one.pool(random.nextInt(5));
      for (float weight : new float[] {0, 0.25f, 2}) {
        double[] all = new double[one.scores.length];
        for (int c = 0; c < all.length; c++) {
          all[c] = one.scores[c] + weight * one.memory.getOrDefault(c, 0f);
        }

        Quality quality = pool.byVector(weight);

        assertQuality(quality, quality(one.targets, all));
        gains += quality.objective() > pool.byVector(0).objective() ? 1 : 0;
      }
    }
    assertThat(gains).isGreaterThan(100);
  }

  @Test
  void hybrid_anyWeights_equalsTheFormulaOverTheUnionOfCandidates() {
    int changes = 0;
    for (int i = 0; i < 600; i++) {
      Case one = draw(1 + random.nextInt(400));
      Pool pool = one.pool(random.nextInt(5));
      for (double w : new double[] {0, 0.25, 0.5, 1}) {
        for (float memory : new float[] {0, 0.5f}) {
          Quality quality = pool.hybrid(w, memory);

          assertQuality(quality, quality(one.targets, fused(one, w, memory)));
          changes += quality.equals(pool.byVector(memory)) ? 0 : 1;
        }
      }
    }
    assertThat(changes).isGreaterThan(500);
  }

  /** Columns that are no candidates get the lowest score of all. */
  private static double[] fused(Case one, double w, float memory) {
    List<Integer> byVector =
        IntStream.range(0, one.scores.length)
            .boxed()
            .sorted(Comparator.comparing((Integer c) -> -one.scores[c]).thenComparing(c -> c))
            .limit(CANDIDATES)
            .toList();
    TreeSet<Integer> union = new TreeSet<>(byVector);
    union.addAll(one.memory.keySet());
    for (int column : one.bestKeywords()) {
      union.add(column);
    }
    float first = one.scores[byVector.getFirst()];
    float last = one.scores[byVector.getLast()];
    double[] fused = new double[one.scores.length];
    Arrays.fill(fused, Double.NEGATIVE_INFINITY);
    for (int column : union) {
      float v = one.scores[column];
      double position = v < last ? 0 : first > last ? (v - last) / (first - last) : 1;
      fused[column] =
          (1 - w) * position
              + w * one.keywords.getOrDefault(column, 0f)
              + memory * one.memory.getOrDefault(column, 0f);
    }
    return fused;
  }

  /** Search keeps scores as floats; equal ones are ordered by column. */
  private static Quality quality(Targets targets, double[] scores) {
    List<Integer> ranking =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparing((Integer c) -> -(float) scores[c]).thenComparing(c -> c))
            .toList();
    int[] ranks = new int[targets.size()];
    for (int t = 0; t < ranks.length; t++) {
      int place = ranking.indexOf(targets.column(t));
      boolean candidate = scores[targets.column(t)] > Double.NEGATIVE_INFINITY;
      ranks[t] = candidate ? place + 1 : 1_000;
    }
    return new Quality(
        Metric.recall(1).ofRanks(ranks, targets.grades()),
        Metric.recall(10).ofRanks(ranks, targets.grades()),
        Metric.ndcg(10).ofRanks(ranks, targets.grades()));
  }

  private static void assertQuality(Quality actual, Quality expected) {
    assertThat(actual.recallAt1()).isCloseTo(expected.recallAt1(), within(1e-12));
    assertThat(actual.recallAt10()).isCloseTo(expected.recallAt10(), within(1e-12));
    assertThat(actual.ndcgAt10()).isCloseTo(expected.ndcgAt10(), within(1e-12));
  }

  @Test
  void hybrid_scoresThatAreNoNumbers_areNeverAGoodRanking() {
    float[] scores = new float[50];
    Arrays.fill(scores, Float.NaN);
    Case broken =
        new Case(
            new Targets(new int[] {0}, new double[] {1}), scores, new TreeMap<>(), new TreeMap<>());

    assertThat(broken.pool(0).byVector(0).recallAt10()).isZero();
    assertThat(broken.pool(0).hybrid(0.5, 0).recallAt10()).isZero();
  }
}
