package org.attunedb.server.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.EvaluatedQuery;
import org.attunedb.core.evaluation.Evaluation;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.core.search.SearchMode;

/**
 * A small real report: 6 queries whose answers stand at ranks 4, 3, 2, 1, 30 and 29 before, 2 to 7
 * after.
 */
final class Samples {
  static final String HOSTILE =
      "</style></svg><script>alert('1')</script><img src=x onerror=\"alert(2)\">\u0000\u001b[31m\uD800 & | ` * _ [a](b) <b>\n# x";

  private Samples() {}

  static EvaluationReport report() {
    return report("how do I ", "text of ", "v1");
  }

  /** Every text is hostile. */
  static EvaluationReport hostile() {
    return report(HOSTILE, HOSTILE, HOSTILE);
  }

  static EvaluationReport withoutAdapter() {
    return of("q", Evaluation::report, "none");
  }

  private static EvaluationReport report(String question, String text, String version) {
    return of(
        question, (evaluation, time) -> evaluation.report(time, version, id -> text + id), text);
  }

  private interface Finish {
    RecallReport report(Evaluation evaluation, Duration time);
  }

  private static EvaluationReport of(String question, Finish finish, String name) {
    List<EvaluatedQuery> queries = new ArrayList<>();
    List<List<String>> before = new ArrayList<>();
    List<List<String>> after = new ArrayList<>();
    for (int q = 0; q < 6; q++) {
      queries.add(
          EvaluatedQuery.of(
              q == 5 ? null : question + q, Relevance.of(Map.of(id(name, q), 1.0)), q % 2 == 0));
      int shift = 27 + 2 * q;
      before.add(IntStream.range(0, 30).mapToObj(i -> id(name, (i + shift) % 30)).toList());
      after.add(IntStream.range(0, 30).mapToObj(i -> id(name, (i + 29) % 30)).toList());
    }
    Evaluation evaluation =
        new Evaluation(
            queries,
            List.of(Metric.recall(1), Metric.recall(10), Metric.ndcg(10)),
            ReportSettings.defaults().withCostK(3),
            1);
    evaluation.add(SearchMode.VECTOR, false, before);
    evaluation.add(SearchMode.VECTOR, true, after);
    evaluation.add(SearchMode.KEYWORD, false, before);
    return new EvaluationReport(
        name,
        name,
        30,
        name,
        IntStream.range(0, 6).mapToObj(q -> name + q).toList(),
        1,
        OptionalDouble.of(2.5),
        Instant.parse("2026-01-02T03:04:05Z"),
        finish.report(evaluation, Duration.ofMillis(810)));
  }

  private static String id(String name, int document) {
    return name + "d" + document;
  }
}
