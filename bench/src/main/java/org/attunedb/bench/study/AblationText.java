package org.attunedb.bench.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.GateDecision;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/** An ablation as a table and as lines of JSON, whose members docs/studies.md lists. Stateless. */
final class AblationText {
  private AblationText() {}

  static String table(Ablation.Result result, List<AblationRow> rows) {
    StringBuilder text = new StringBuilder();
    text.append("%s: %s%n".formatted(name(result.decision()), result.decision().reason()));
    result
        .weights()
        .ifPresent(weights -> Ablation.MODES.forEach(mode -> text.append(profile(weights, mode))));
    result.ranks().stream()
        .filter(verdict -> !verdict.decision().published())
        .forEach(
            verdict ->
                text.append(
                    "rank %s: %s: %s%n"
                        .formatted(
                            verdict.rank(),
                            name(verdict.decision()),
                            verdict.decision().reason())));
    text.append('\n');
    for (SearchMode mode : Ablation.MODES) {
      for (Subset subset : Subset.values()) {
        List<AblationRow> own =
            rows.stream().filter(row -> row.mode() == mode && row.subset() == subset).toList();
        if (!own.isEmpty()) {
          text.append(
              "%s, %s, %s queries%n"
                  .formatted(mode, lower(subset.name()), own.getFirst().queries()));
          text.append(table(own)).append('\n');
        }
      }
    }
    return text.toString();
  }

  private static String profile(AdapterWeights weights, SearchMode mode) {
    ModeProfile profile = weights.profile(mode);
    return String.format(
        Locale.ROOT,
        "%s: alpha %.2f to %.2f, keyword weight %.2f to %.2f, recalled documents up to %.2f%s%n",
        mode,
        profile.alpha().unseen(),
        profile.alpha().seen(),
        profile.keywordWeight().unseen(),
        profile.keywordWeight().seen(),
        profile.memoryWeight(),
        profile.better() ? "" : "; not better, so the active adapter is not applied");
  }

  private static TextTable table(List<AblationRow> rows) {
    List<Column> columns = new ArrayList<>(List.of(Column.text("variant")));
    PerQuery.METRICS.forEach(metric -> columns.add(Column.number(metric.label())));
    columns.add(Column.number("recall@10 to full"));
    columns.add(Column.number("95 % interval"));
    columns.add(Column.number("ndcg@10 to full"));
    columns.add(Column.number("95 % interval"));
    TextTable table = TextTable.of(columns.toArray(Column[]::new));
    for (AblationRow row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.variant()));
      row.figures().values().forEach(figure -> cells.add(Figures.plain(figure.mean())));
      row.figures()
          .forEach(
              (metric, figure) -> {
                if (!metric.equals(Metric.recall(1))) {
                  cells.add(Figures.signed(figure.toFull().mean()));
                  cells.add(Figures.interval(figure.toFull()));
                }
              });
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }

  /** One row. */
  static String json(AblationRow row) {
    ObjectNode json =
        StrictJson.object()
            .put("kind", "row")
            .put("variant", row.variant())
            .put("mode", row.mode().name())
            .put("subset", lower(row.subset().name()))
            .put("queries", row.queries());
    row.figures()
        .forEach(
            (metric, figure) -> {
              ObjectNode own = json.putObject(metric.label()).put("mean", figure.mean());
              add(own.putObject("toBase"), figure.toBase());
              add(own.putObject("toFull"), figure.toFull());
            });
    return json + "\n";
  }

  private static void add(ObjectNode json, Gain gain) {
    json.put("gain", gain.mean()).put("low", gain.low()).put("high", gain.high());
  }

  /** The verdicts. */
  static String json(Ablation.Result result) {
    ObjectNode json = StrictJson.object().put("kind", "verdict");
    add(json, result.decision());
    result
        .weights()
        .ifPresent(
            weights ->
                Ablation.MODES.forEach(
                    mode ->
                        add(
                            json.withArray("profiles").addObject().put("mode", mode.name()),
                            weights.profile(mode))));
    result
        .ranks()
        .forEach(
            verdict ->
                add(
                    json.withArray("ranks").addObject().put("rank", verdict.rank()),
                    verdict.decision()));
    return json + "\n";
  }

  private static void add(ObjectNode json, ModeProfile profile) {
    json.put("better", profile.better())
        .put("alphaUnseen", profile.alpha().unseen())
        .put("alphaSeen", profile.alpha().seen())
        .put("keywordWeightUnseen", profile.keywordWeight().unseen())
        .put("keywordWeightSeen", profile.keywordWeight().seen())
        .put("memoryWeight", profile.memoryWeight());
  }

  private static void add(ObjectNode json, GateDecision decision) {
    json.put("outcome", lower(decision.outcome().name())).put("reason", decision.reason());
  }

  private static String name(GateDecision decision) {
    return lower(decision.outcome().name()).replace('_', ' ');
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
