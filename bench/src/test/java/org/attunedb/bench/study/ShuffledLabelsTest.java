package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.server.dataset.JudgedQuery;
import org.junit.jupiter.api.Test;

class ShuffledLabelsTest {
  @Test
  void of_queriesThatShareDocuments_dealsEachJudgmentOnceAndNoneRight() {
    List<JudgedQuery> queries = queries(60, 12);

    for (int seed = 0; seed < 50; seed++) {
      List<JudgedQuery> shuffled = ShuffledLabels.of(queries, new Random(seed));

      assertThat(shuffled)
          .extracting(JudgedQuery::text)
          .containsExactlyElementsOf(queries.stream().map(JudgedQuery::text).toList());
      assertThat(shuffled.stream().map(query -> query.relevance()).toList())
          .containsExactlyInAnyOrderElementsOf(
              queries.stream().map(query -> query.relevance()).toList());
      for (int i = 0; i < queries.size(); i++) {
        assertThat(shuffled.get(i).relevance().grades().keySet())
            .doesNotContainAnyElementsOf(queries.get(i).relevance().grades().keySet());
      }
    }
  }

  @Test
  void of_differentSeeds_dealsDifferently() {
    List<JudgedQuery> queries = queries(30, 30);

    assertThat(ShuffledLabels.of(queries, new Random(1)))
        .isEqualTo(ShuffledLabels.of(queries, new Random(1)))
        .isNotEqualTo(ShuffledLabels.of(queries, new Random(2)));
  }

  @Test
  void of_oneDocumentForAll_endsAllTheSame() {
    assertThat(ShuffledLabels.of(queries(5, 1), new Random(1))).hasSize(5);
  }

  private static List<JudgedQuery> queries(int count, int documents) {
    List<JudgedQuery> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Relevance relevance = Relevance.of(Map.of("doc-" + i % documents, 1.0));
      queries.add(new JudgedQuery("q" + i, "query " + i, relevance));
    }
    return queries;
  }
}
