package org.attunedb.server.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.CostComparison.Saving;
import org.attunedb.core.evaluation.Mover;
import org.attunedb.core.evaluation.Mover.RankedDocument;
import org.attunedb.core.evaluation.RankChange;
import org.attunedb.core.evaluation.RecallCurve;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;

/**
 * The report as JSON. The form is documented in docs/evaluation.md and stable: members may be
 * added, none is renamed or removed.
 */
final class ReportJson {
  private final EvaluationReport report;

  private ReportJson(EvaluationReport report) {
    this.report = report;
  }

  static String write(EvaluationReport report) {
    return StrictJson.pretty(new ReportJson(report).json());
  }

  private ObjectNode json() {
    RecallReport figures = report.figures();
    ObjectNode json = StrictJson.object();
    json.put("collection", report.collection())
        .put("embedder", report.embedder())
        .put("documents", report.documents())
        .put("dataset", report.dataset())
        .put("created", report.created().toString())
        .put("seed", report.seed())
        .put("adapterVersion", figures.adapterVersion())
        .put("queries", figures.queries())
        .put("skippedQueries", figures.skippedQueries())
        .put("absentQueries", figures.absentQueries())
        .put("depth", figures.depth())
        .put("embeddingSeconds", figures.embeddingTime().toNanos() / 1e9);
    ArrayNode untouched = json.putArray("untouchedModes");
    figures.untouchedModes().forEach(mode -> untouched.add(mode.name()));
    OptionalDouble price = report.pricePerMillionTokens();
    json.put("pricePerMillionTokens", price.isPresent() ? price.getAsDouble() : null);
    ArrayNode results = json.putArray("results");
    figures.rows().forEach(row -> add(results.addObject(), row));
    ArrayNode deltas = json.putArray("deltas");
    figures.deltas().forEach(delta -> add(deltas.addObject(), delta));
    ArrayNode curves = json.putArray("curves");
    figures.curves().forEach(curve -> add(curves.addObject(), curve));
    ArrayNode costs = json.putArray("costs");
    figures.costs().forEach(cost -> add(costs.addObject(), cost));
    ArrayNode movers = json.putArray("movers");
    figures.movers().forEach(mover -> add(movers.addObject(), mover));
    ArrayNode changes = json.putArray("rankChanges");
    figures.rankChanges().forEach(change -> add(changes.addObject(), change));
    return json;
  }

  private static void add(ObjectNode json, Row row) {
    json.put("mode", row.mode().name())
        .put("adapter", row.adapter())
        .put("subset", EvaluationReport.label(row.subset()))
        .put("queries", row.queries());
    row.values().forEach((metric, value) -> json.put(metric.label(), value));
  }

  private static void add(ObjectNode json, Delta delta) {
    json.put("mode", delta.mode().name())
        .put("subset", EvaluationReport.label(delta.subset()))
        .put("metric", delta.metric().label())
        .put("delta", delta.delta())
        .put("ciLow", delta.ciLow())
        .put("ciHigh", delta.ciHigh())
        .put("improved", delta.improved())
        .put("worsened", delta.worsened())
        .put("pValue", delta.pValue());
  }

  private static void add(ObjectNode json, RecallCurve curve) {
    json.put("mode", curve.mode().name())
        .put("adapter", curve.adapter())
        .put("subset", EvaluationReport.label(curve.subset()));
    ArrayNode recall = json.putArray("recall");
    curve.recall().forEach(recall::add);
  }

  private void add(ObjectNode json, CostComparison cost) {
    json.put("mode", cost.mode().name())
        .put("subset", EvaluationReport.label(cost.subset()))
        .put("queries", cost.queries())
        .put("k", cost.k())
        .put("recall", cost.recall())
        .put("tokens", cost.tokens());
    addSaving(json, "equal", cost.equal());
    addSaving(json, "assured", cost.assured());
  }

  private void addSaving(ObjectNode json, String name, Optional<Saving> saving) {
    if (saving.isEmpty()) {
      json.putNull(name);
      return;
    }
    Saving found = saving.get();
    ObjectNode each =
        json.putObject(name)
            .put("k", found.k())
            .put("recall", found.recall())
            .put("tokens", found.tokens())
            .put("saved", found.saved())
            .put("savedLow", found.savedLow())
            .put("savedHigh", found.savedHigh());
    report
        .pricePerMillionTokens()
        .ifPresent(price -> each.put("moneyPerThousandQueries", found.perThousandQueries(price)));
  }

  private void add(ObjectNode json, Mover mover) {
    add(json, mover.change());
    add(json.putObject("answer"), mover.answer());
    ArrayNode passed = json.putArray("passed");
    mover.passed().forEach(document -> add(passed.addObject(), document));
  }

  private void add(ObjectNode json, RankChange change) {
    json.put("mode", change.mode().name())
        .put("query", report.queryId(change))
        .put("text", change.text())
        .put("seen", change.seen());
    addRank(json, "before", change.before());
    addRank(json, "after", change.after());
    json.put("movement", change.movement());
  }

  private static void add(ObjectNode json, RankedDocument document) {
    json.put("id", document.id()).put("excerpt", document.excerpt());
    addRank(json, "before", document.before());
    addRank(json, "after", document.after());
  }

  private static void addRank(ObjectNode json, String name, OptionalInt rank) {
    json.put(name, rank.isPresent() ? rank.getAsInt() : null);
  }
}
