package org.attunedb.server.questions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.llm.Spending;

/**
 * What is known of a generation: filled from the journal's lines, of earlier runs and of this one
 * alike, so that a run that goes on stands where an uninterrupted one would. Not thread-safe.
 */
final class QuestionLedger {
  private final Set<String> documents = new HashSet<>();
  private final Set<String> keys = new HashSet<>();
  private final Set<String> ids = new HashSet<>();
  private final List<GeneratedQuery> queries = new ArrayList<>();
  private final Map<Rejection, Integer> rejected = new EnumMap<>(Rejection.class);
  private final Map<String, String> failures = new LinkedHashMap<>();
  private Spending spending = Spending.none();

  /** A journal's line for a document that was asked about. Drops what is asked already. */
  ObjectNode entry(
      String document, boolean test, List<Draft> drafts, List<Rejection> dropped, Spending spent) {
    ObjectNode json = StrictJson.object().put("document", document).put("test", test);
    Map<Rejection, Integer> counts = new EnumMap<>(Rejection.class);
    dropped.forEach(reason -> counts.merge(reason, 1, Integer::sum));
    Set<String> own = new HashSet<>();
    var kept = json.putArray("questions");
    for (Draft draft : drafts) {
      String key = Words.key(draft.text());
      if (keys.contains(key) || !own.add(key)) {
        counts.merge(Rejection.DUPLICATE, 1, Integer::sum);
      } else {
        kept.addObject()
            .put("text", draft.text())
            .put("answer", draft.answer())
            .put("origin", draft.origin().wireName())
            .put("style", draft.style());
      }
    }
    ObjectNode reasons = json.putObject("dropped");
    counts.forEach((reason, count) -> reasons.put(reason.wireName(), count));
    json.set("spent", spent.json());
    return json;
  }

  /** A journal's line for a document at which the model failed. */
  static ObjectNode failure(String document, String reason) {
    return StrictJson.object().put("document", document).put("failed", reason);
  }

  /** Takes a line in. */
  void take(ObjectNode entry) {
    String document = entry.path("document").asText();
    documents.add(document);
    if (entry.has("failed")) {
      failures.put(document, entry.path("failed").asText());
    }
    boolean test = entry.path("test").asBoolean();
    for (JsonNode each : entry.path("questions")) {
      take(document, test, each);
    }
    for (Rejection reason : Rejection.values()) {
      int count = entry.path("dropped").path(reason.wireName()).asInt();
      if (count > 0) {
        rejected.merge(reason, count, Integer::sum);
      }
    }
    spending = spending.plus(Spending.read(entry.path("spent")));
  }

  private void take(String document, boolean test, JsonNode each) {
    String text = each.path("text").asText();
    String id = "q-" + Hashes.hex(document + "\0" + text);
    if (keys.add(Words.key(text)) && ids.add(id)) {
      queries.add(
          new GeneratedQuery(
              id,
              text,
              document,
              each.path("answer").asText(),
              Origin.of(each.path("origin").asText()),
              each.path("style").asText(),
              test));
    }
  }

  /** Whether a document was asked about, or could not be. */
  boolean knows(String document) {
    return documents.contains(document);
  }

  int kept() {
    return queries.size();
  }

  QuestionProgress progress(int wanted) {
    int dropped = rejected.values().stream().mapToInt(Integer::intValue).sum();
    return new QuestionProgress(
        Math.min(kept(), wanted), wanted, documents.size(), dropped, failures.size());
  }

  /**
   * The questions in their order.
   *
   * @param wanted most of them; the last document may have given more
   */
  QuestionSet set(int wanted, boolean complete) {
    return new QuestionSet(
        queries.subList(0, Math.min(wanted, kept())),
        documents.size(),
        rejected,
        failures,
        spending,
        complete);
  }
}
