package org.attunedb.server.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Staleness;

/** Staleness as JSON; what is not known is null. Stateless. */
final class StalenessJson {
  private StalenessJson() {}

  static ObjectNode of(Staleness staleness) {
    ObjectNode json = StrictJson.object();
    Staleness.Documents documents = staleness.documents();
    json.putObject("documents")
        .put("trained", documents.trained())
        .put("gone", documents.gone())
        .put("changed", documents.changed().isPresent() ? documents.changed().getAsLong() : null)
        .put("share", documents.share());
    Staleness.Corpus corpus = staleness.corpus();
    json.putObject("corpus")
        .put("then", corpus.then().isPresent() ? corpus.then().getAsLong() : null)
        .put("now", corpus.now())
        .put("growth", corpus.growth().isPresent() ? corpus.growth().getAsDouble() : null)
        .put("same", corpus.same().orElse(null));
    json.putObject("labels")
        .put("choices", staleness.labels().choices())
        .put("ofOtherDocuments", staleness.labels().ofOtherDocuments());
    Staleness.Queries queries = staleness.queries();
    json.putObject("queries")
        .put("recent", queries.recent())
        .put("unlike", queries.unlike())
        .put("share", queries.share().isPresent() ? queries.share().getAsDouble() : null)
        .put(
            "threshold",
            queries.threshold().isPresent() ? queries.threshold().getAsDouble() : null);
    return json;
  }
}
