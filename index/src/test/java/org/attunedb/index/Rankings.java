package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.attunedb.core.search.SearchHit;
import org.attunedb.index.Vectors.Scored;

/** Compares hits with an expected ranking. */
final class Rankings {
  private Rankings() {}

  /**
   * The hits must be the first of {@code expected}. Scores may differ by rounding, relative to the
   * larger of 1 and the score; ids may change places only where their scores are that close.
   */
  static void assertRanking(List<SearchHit> hits, List<Scored> expected, int k, double tolerance) {
    assertThat(hits).hasSize(Math.min(k, expected.size()));
    Map<String, Double> scores =
        expected.stream().collect(Collectors.toMap(Scored::id, Scored::score));
    for (int i = 0; i < hits.size(); i++) {
      SearchHit hit = hits.get(i);
      double atThisRank = expected.get(i).score();
      double allowed = tolerance * Math.max(1, Math.abs(atThisRank));
      assertThat(hit.rank()).isEqualTo(i + 1);
      assertThat(scores).containsKey(hit.id());
      assertThat((double) hit.score())
          .as("score of %s at rank %d", hit.id(), i + 1)
          .isCloseTo(scores.getOrDefault(hit.id(), Double.NaN), within(allowed))
          .isCloseTo(atThisRank, within(allowed));
    }
    assertThat(hits.stream().map(SearchHit::id)).doesNotHaveDuplicates();
  }
}
