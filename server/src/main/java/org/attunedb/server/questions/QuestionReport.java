package org.attunedb.server.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.jspecify.annotations.Nullable;

/** A generation's outcome, for people and programs. Immutable. */
record QuestionReport(QuestionSet set, QuestionSettings settings, Path folder) {
  private static final int SHOWN_FAILURES = 5;

  static String progress(QuestionProgress progress) {
    return String.format(
        Locale.ROOT,
        "%,d kept, %,d dropped, %,d skipped",
        progress.kept(),
        progress.dropped(),
        progress.failed());
  }

  /** What is less than was asked for. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (!set.complete()) {
      warnings.add("stopped: run the same command again to go on");
    } else if (set.queries().size() < settings.questions()) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: %,d of %,d questions, because all documents were asked about",
              set.queries().size(),
              settings.questions()));
    }
    if (set.complete() && settings.testShare() > 0 && set.split(true).isEmpty()) {
      warnings.add("warning: no question is for measuring; ask for more, or a larger --test-share");
    }
    set.failures().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(SHOWN_FAILURES)
        .forEach(
            each ->
                warnings.add(
                    "skipped document '%s': %s".formatted(each.getKey(), each.getValue())));
    if (set.failures().size() > SHOWN_FAILURES) {
      warnings.add("skipped " + (set.failures().size() - SHOWN_FAILURES) + " more documents");
    }
    return warnings;
  }

  String table() {
    TextTable table = TextTable.of(Column.text("questions"), Column.number("number"));
    table.add("for training", Integer.toString(set.split(false).size()));
    table.add("for measuring", Integer.toString(set.split(true).size()));
    for (Origin origin : Origin.values()) {
      long count = set.queries().stream().filter(q -> q.origin() == origin).count();
      if (count > 0) {
        table.add("  origin: " + origin.wireName(), Long.toString(count));
      }
    }
    set.rejected()
        .forEach((reason, count) -> table.add("dropped: " + reason.wireName(), count.toString()));
    table.add("documents asked about", Integer.toString(set.documents()));
    table.add("documents skipped", Integer.toString(set.failures().size()));
    return table + "wrote " + folder.resolve("queries.jsonl") + " and qrels\n";
  }

  String json(@Nullable ChatClient model, PriceTable prices) {
    ObjectNode json = StrictJson.object();
    json.put("folder", folder.toString());
    json.put("complete", set.complete());
    json.put("train", set.split(false).size());
    json.put("test", set.split(true).size());
    json.put("documents", set.documents());
    ObjectNode dropped = json.putObject("dropped");
    set.rejected().forEach((reason, count) -> dropped.put(reason.wireName(), count));
    ObjectNode skipped = json.putObject("skipped");
    set.failures().forEach(skipped::put);
    json.put("model", model == null ? null : model.model());
    json.set("spent", set.spending().json());
    if (model != null) {
      prices
          .of(model.model())
          .ifPresent(
              price ->
                  json.put("cost", price.of(set.spending())).put("currency", prices.currency()));
    }
    return StrictJson.pretty(json);
  }
}
