package org.attunedb.server.rag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.llm.Spending;

/**
 * How far passages support a known answer.
 *
 * @param verdicts one a statement of the answer; none if there was no passage, which supports
 *     nothing
 * @param spending of the call
 */
public record Judgement(List<AttributionVerdict> verdicts, Spending spending) {
  /** Copies the list. */
  public Judgement {
    verdicts = List.copyOf(verdicts);
  }

  /**
   * Context recall: the supported statements' share of all, 0 to 1, as ragas defines it (Es et al.,
   * RAGAS, 2023; metric "context recall" of its documentation).
   */
  public double recall() {
    return verdicts.isEmpty()
        ? 0
        : (double) verdicts.stream().filter(AttributionVerdict::attributed).count()
            / verdicts.size();
  }

  ObjectNode json() {
    ObjectNode json = StrictJson.object();
    var statements = json.putArray("verdicts");
    for (AttributionVerdict verdict : verdicts) {
      statements
          .addObject()
          .put("statement", verdict.statement())
          .put("reason", verdict.reason())
          .put("attributed", verdict.attributed());
    }
    json.set("spent", spending.json());
    return json;
  }

  static Judgement read(JsonNode json) {
    List<AttributionVerdict> verdicts = new ArrayList<>();
    for (JsonNode each : json.path("verdicts")) {
      verdicts.add(
          new AttributionVerdict(
              each.path("statement").asText(),
              each.path("reason").asText(),
              each.path("attributed").asBoolean()));
    }
    return new Judgement(verdicts, Spending.read(json.path("spent")));
  }
}
