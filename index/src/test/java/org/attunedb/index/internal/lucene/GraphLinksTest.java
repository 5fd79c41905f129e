package org.attunedb.index.internal.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many of a graph's links a merge leaves lost, beside merges that are drawn. */
class GraphLinksTest {
  private static final int DRAWN = 400_000;

  /** So many nodes with so many links. */
  private static GraphLinks links(int... nodesThenLinks) {
    int[] nodes = new int[65];
    for (int i = 0; i < nodesThenLinks.length; i += 2) {
      nodes[nodesThenLinks[i + 1]] = nodesThenLinks[i];
    }
    return new GraphLinks(nodes);
  }

  /** Nodes one after the other, by the rule of Lucene's builder. */
  private static double drawn(int links, double deleted) {
    SplittableRandom random = new SplittableRandom(7);
    long lost = 0;
    for (int node = 0; node < DRAWN; node++) {
      int kept = 0;
      for (int link = 0; link < links; link++) {
        kept += random.nextDouble() < deleted ? 0 : 1;
      }
      boolean mended = kept < links * 0.85;
      lost += mended ? 0 : links - kept;
    }
    return lost / ((double) DRAWN * links);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.02, 0.10, 0.149, 0.15, 0.20, 0.30})
  void unmended_anyShare_isWhatDrawnMergesLeave(double deleted) {
    for (int of : new int[] {7, 13, 20, 32, 64}) {
      assertThat(links(5, of).unmended(deleted))
          .as("%d links", of)
          .isCloseTo(drawn(of, deleted), within(0.0005));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.01, 0.00999",
    "0.02, 0.01988",
    "0.10, 0.07054",
    "0.149, 0.06648",
    "0.15, 0.06620",
    "0.20, 0.04738",
    "0.30, 0.01387"
  })
  void unmended_twentyLinks_riseAndFallWithTheShare(double deleted, double unmended) {
    assertThat(links(1, 20).unmended(deleted)).isCloseTo(unmended, within(0.00001));
  }

  @Test
  void unmended_nodesOfSeveralKinds_countByTheirLinks() {
    double few = links(1, 10).unmended(0.1);
    double many = links(1, 30).unmended(0.1);

    assertThat(links(3, 10, 2, 30).unmended(0.1))
        .isCloseTo((30 * few + 60 * many) / 90, within(1e-12));
  }

  @Test
  void unmended_nodesThatAreMendedWhateverTheyLose_loseNothing() {
    assertThat(links(4, 6).unmended(0.02)).isZero();
  }

  @Test
  void unmended_nothingOrEverythingDeletedOrNoGraph_isZero() {
    assertThat(links(4, 20).unmended(0)).isZero();
    assertThat(links(4, 20).unmended(1)).isZero();
    assertThat(links().unmended(0.02)).isZero();
  }
}
