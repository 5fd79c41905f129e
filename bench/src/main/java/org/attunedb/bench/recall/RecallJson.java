package org.attunedb.bench.recall;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.TreeMap;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.search.SearchMode;
import org.attunedb.index.EvaluationRequest;

/**
 * The result as one line of JSON. The form is documented in docs/benchmarks.md and stable: others
 * parse it; members may be added.
 */
final class RecallJson {
  private RecallJson() {}

  static String write(RecallResult result) {
    ObjectNode json = StrictJson.object();
    json.putObject("dataset")
        .put("name", result.dataset().name())
        .put("documents", result.dataset().documents())
        .put("trainQueries", result.dataset().trainQueries())
        .put("testQueries", result.dataset().testQueries());
    json.putObject("embedder")
        .put("name", result.embedder().name())
        .put("dimension", result.embedder().dimension());
    json.putObject("timings")
        .put("ingestSeconds", result.timings().ingestSeconds())
        .put("trainSeconds", result.timings().trainSeconds())
        .put("evaluateSeconds", result.timings().evaluateSeconds());
    json.putObject("gate")
        .put("published", result.gate().published())
        .put("reason", result.gate().reason())
        .put("outcome", result.gate().outcome().name().toLowerCase(Locale.ROOT));
    json.putObject("adapter")
        .put("kind", result.adapter().isPresent() ? Adapter.KIND : "none")
        .put("rank", result.adapter().map(w -> w.rank()).orElse(0))
        .put("parameters", result.adapter().map(w -> w.parameters()).orElse(0))
        .put("alpha", result.adapter().map(RecallJson::alpha).orElse(0f))
        .put("remembered", result.adapter().flatMap(w -> w.memory()).map(m -> m.count()).orElse(0))
        .put("applyMicros", result.applyMicros());
    ArrayNode modes = json.withObject("adapter").putArray("betterModes");
    result.adapter().ifPresent(w -> w.betterModes().forEach(mode -> modes.add(mode.name())));
    ObjectNode metrics = json.withObject("gate").putObject("metrics");
    new TreeMap<>(result.gate().metrics()).forEach(metrics::put);
    result.report().rows().forEach(row -> addRow(json.withArray("results").addObject(), row));
    result
        .report()
        .deltas()
        .forEach(delta -> addDelta(json.withArray("deltas").addObject(), delta));
    return json + "\n";
  }

  private static float alpha(AdapterWeights weights) {
    return weights.profile(SearchMode.VECTOR).alpha().seen();
  }

  private static void addRow(ObjectNode json, Row row) {
    json.put("mode", row.mode().name())
        .put("adapter", row.adapter())
        .put("subset", row.subset().name().toLowerCase(Locale.ROOT))
        .put("queries", row.queries());
    for (Metric metric : EvaluationRequest.standardMetrics()) {
      Double value = row.values().get(metric);
      if (value != null) {
        json.put(metric.label(), value);
      }
    }
  }

  private static void addDelta(ObjectNode json, Delta delta) {
    json.put("mode", delta.mode().name())
        .put("subset", delta.subset().name().toLowerCase(Locale.ROOT))
        .put("metric", delta.metric().label())
        .put("delta", delta.delta())
        .put("ciLow", delta.ciLow())
        .put("ciHigh", delta.ciHigh())
        .put("pValue", delta.pValue());
  }
}
