package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding by hidden vectors against a comparison with every remembered query. */
class ClosestQueriesTest {
  private static final int RANK = 32;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 63, 64, 70})
  void find_fewerQueriesThanCandidates_givesTheClosestOfAllInOrder(int dimension) {
    SplittableRandom random = new SplittableRandom(dimension);
    List<Embedding> queries = vectors(50, dimension, random);
    ClosestQueries closest = closest(queries, dimension, random);
    float[] query = Embedding.of(RandomAdapters.vector(dimension, random)).normalized().toArray();

    List<ClosestQueries.Close> found = closest.find(query, new float[RANK]);

    List<Integer> expected = ranked(queries, Embedding.of(query));
    assertThat(found).hasSize(16);
    assertThat(found)
        .extracting(ClosestQueries.Close::cosine)
        .isSortedAccordingTo(Comparator.reverseOrder());
    for (int i = 0; i < found.size(); i++) {
      // Bytes are within half a step of each component.
      double error = 0.6 / 127 * dimension;
      assertThat((double) found.get(i).cosine())
          .isCloseTo(Embedding.of(query).dot(queries.get(found.get(i).query())), within(error))
          .isCloseTo(Embedding.of(query).dot(queries.get(expected.get(i))), within(error));
    }
  }

  @Test
  void find_queryNearOneOfRandomOnes_findsItFirst() {
    SplittableRandom random = new SplittableRandom(1);
    int dimension = 96;
    List<Embedding> queries = vectors(2_000, dimension, random);

    assertThat(foundFirst(queries, queries, dimension, 0.5, random)).isGreaterThanOrEqualTo(198);
  }

  @Test
  void find_queryNearOneOfClusters_findsItFirst() {
    SplittableRandom random = new SplittableRandom(2);
    int dimension = 96;
    List<Embedding> centres = vectors(50, dimension, random);
    List<Embedding> queries = new ArrayList<>();
    for (int q = 0; q < 2_000; q++) {
      queries.add(near(centres.get(q % centres.size()), 1, random));
    }

    assertThat(foundFirst(queries, queries, dimension, 0.3, random)).isGreaterThanOrEqualTo(198);
  }

  @Test
  void find_hiddenVectorsOfZero_givesFiniteCosines() {
    SplittableRandom random = new SplittableRandom(3);
    List<Embedding> queries = vectors(100, 8, random);
    ClosestQueries closest = new ClosestQueries(memory(queries), new float[8][RANK], RANK);

    assertThat(closest.find(queries.getFirst().toArray(), new float[RANK]))
        .hasSize(16)
        .allMatch(close -> Float.isFinite(close.cosine()))
        .first()
        .matches(close -> close.query() == 0);
  }

  /** Of 200 queries near a remembered one, those whose closest is that of a full comparison. */
  private static int foundFirst(
      List<Embedding> queries,
      List<Embedding> origins,
      int dimension,
      double distance,
      SplittableRandom random) {
    float[][] down = down(dimension, random);
    ClosestQueries closest = new ClosestQueries(memory(queries), down, RANK);
    int right = 0;
    for (int i = 0; i < 200; i++) {
      Embedding query = near(origins.get(random.nextInt(origins.size())), distance, random);
      float[] hidden = new float[RANK];
      Axpy.addRows(down, query.toArray(), hidden);
      right +=
          closest.find(query.toArray(), hidden).getFirst().query()
                  == ranked(queries, query).getFirst()
              ? 1
              : 0;
    }
    return right;
  }

  private static List<Integer> ranked(List<Embedding> queries, Embedding query) {
    return IntStream.range(0, queries.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer q) -> -query.dot(queries.get(q))))
        .toList();
  }

  private static Embedding near(Embedding origin, double distance, SplittableRandom random) {
    float[] moved = origin.toArray();
    float[] noise = Embedding.unit(RandomAdapters.vector(moved.length, random)).toArray();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) distance * noise[i];
    }
    return Embedding.unit(moved);
  }

  private static List<Embedding> vectors(int count, int dimension, SplittableRandom random) {
    return IntStream.range(0, count)
        .mapToObj(i -> Embedding.unit(RandomAdapters.vector(dimension, random)))
        .toList();
  }

  private static float[][] down(int dimension, SplittableRandom random) {
    return Axpy.columns(RandomAdapters.vector(RANK * dimension, random), RANK, dimension);
  }

  private static ClosestQueries closest(
      List<Embedding> queries, int dimension, SplittableRandom random) {
    return new ClosestQueries(memory(queries), down(dimension, random), RANK);
  }

  private static QueryMemory memory(List<Embedding> queries) {
    return QueryMemory.of(
        queries,
        queries.stream().map(q -> List.of(new QueryMemory.Relevant("d", 1))).toList(),
        Logistic.UNKNOWN,
        Logistic.UNKNOWN);
  }
}
