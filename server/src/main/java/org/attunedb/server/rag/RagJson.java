package org.attunedb.server.rag;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.CostComparison.Saving;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.rag.RagReport.Result;
import org.attunedb.server.rag.RagReport.Scores;

/**
 * The report for programs. Shares are 0 to 1, money is in the table's currency.
 *
 * @param model whose prices count
 */
record RagJson(RagReport report, PriceTable prices, String model) {
  String write() {
    ObjectNode json = StrictJson.object();
    json.put("k", report.k());
    json.put("questions", report.questions());
    json.put("unanswered", report.unanswered());
    json.put("adapter", report.adapterVersion());
    json.put("complete", report.complete());
    ObjectNode scores = json.putObject("contextRecall");
    report.scores().forEach(score -> scores.set(name(score.kind()), score(score)));
    ObjectNode tokens = json.putObject("contextTokens");
    tokens.put("off", report.tokensWithout());
    tokens.put("on", report.tokensWith());
    report.saving().ifPresent(cost -> json.set("saving", saving(cost)));
    ObjectNode judge = json.putObject("judge");
    judge.put("model", model);
    judge.set("spent", report.spending().json());
    prices
        .of(model)
        .ifPresent(
            price ->
                judge.put("cost", price.of(report.spending())).put("currency", prices.currency()));
    ObjectNode skipped = json.putObject("skipped");
    report.failures().forEach(skipped::put);
    var results = json.putArray("results");
    for (Result result : report.results()) {
      ObjectNode each = results.addObject().put("question", result.questionId());
      each.set("off", scores(result.without()));
      each.set("on", scores(result.with()));
    }
    return StrictJson.pretty(json);
  }

  private static ObjectNode score(ScoreComparison score) {
    return StrictJson.object()
        .put("questions", score.questions())
        .put("off", score.without())
        .put("on", score.with())
        .put("change", score.difference().mean())
        .put("low", score.difference().low())
        .put("high", score.difference().high())
        .put("improved", score.sign().wins())
        .put("worsened", score.sign().losses())
        .put("pValue", score.sign().pValue());
  }

  private ObjectNode saving(CostComparison cost) {
    ObjectNode json =
        StrictJson.object()
            .put("k", cost.k())
            .put("recall", cost.recall())
            .put("tokens", cost.tokens());
    json.set("equal", saving(cost.equal()));
    json.set("assured", saving(cost.assured()));
    return json;
  }

  private ObjectNode saving(Optional<Saving> saving) {
    ObjectNode json = StrictJson.object();
    saving.ifPresent(
        found -> {
          json.put("k", found.k());
          json.put("recall", found.recall());
          json.put("tokens", found.tokens());
          json.put("savedTokens", found.saved());
          prices
              .of(model)
              .ifPresent(
                  price ->
                      json.put("savedPer1000Questions", found.perThousandQueries(price.input())));
        });
    return json;
  }

  private static ObjectNode scores(Scores scores) {
    ObjectNode json = StrictJson.object();
    var passages = json.putArray("passages");
    scores.passages().forEach(passages::add);
    json.put("llm", scores.llm());
    json.put("ids", scores.ids());
    json.put("text", scores.text());
    return json;
  }

  private static String name(ScoreComparison.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
