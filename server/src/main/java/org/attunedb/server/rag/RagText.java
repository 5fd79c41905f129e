package org.attunedb.server.rag;

import java.util.Locale;
import java.util.Optional;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.CostComparison.Saving;
import org.attunedb.server.llm.ModelPrice;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;

/**
 * The report for the terminal.
 *
 * @param model whose price of prompts counts
 */
record RagText(RagReport report, PriceTable prices, String model) {
  private static final int QUESTIONS = 1_000;
  private static final double MILLION = 1_000_000;

  String write() {
    StringBuilder text = new StringBuilder();
    String version = report.adapterVersion();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d questions, %d passages each. %s%n%n",
            report.questions(),
            report.k(),
            version == null
                ? "No adapter was applied: none is active, or searches of this mode leave it out."
                    + " Both ways are the same."
                : "Adapter: " + PlainText.oneLine(version) + "."));
    text.append(scores()).append('\n').append(context());
    report.saving().ifPresent(cost -> text.append('\n').append(saving(cost)));
    return text.toString();
  }

  private TextTable scores() {
    TextTable table =
        TextTable.of(
            Column.text("context recall"),
            Column.number("questions"),
            Column.number("off"),
            Column.number("on"),
            Column.number("change"),
            Column.text("95 % interval"),
            Column.text("changed"));
    for (ScoreComparison score : report.scores()) {
      table.add(
          label(score.kind()),
          Integer.toString(score.questions()),
          share(score.without()),
          share(score.with()),
          points(score.difference().mean()),
          points(score.difference().low()) + " to " + points(score.difference().high()),
          String.format(
              Locale.ROOT,
              "%d up, %d down (p = %.2g)",
              score.sign().wins(),
              score.sign().losses(),
              score.sign().pValue()));
    }
    return table;
  }

  private static String label(ScoreComparison.Kind kind) {
    return switch (kind) {
      case LLM -> "statements, by the judge";
      case IDS -> "documents, by id";
      case TEXT -> "documents, by text";
    };
  }

  private String context() {
    TextTable table =
        TextTable.of(
            Column.text("passages of a question"), Column.number("off"), Column.number("on"));
    table.add("tokens", tokens(report.tokensWithout()), tokens(report.tokensWith()));
    table.add(
        "money per 1,000 questions",
        perThousand(report.tokensWithout()),
        perThousand(report.tokensWith()));
    return table.toString();
  }

  private String saving(CostComparison cost) {
    TextTable table =
        TextTable.of(
            Column.text("the same recall"),
            Column.number("recall"),
            Column.number("k off"),
            Column.number("k on"),
            Column.number("tokens off"),
            Column.number("tokens on"),
            Column.number("saved per 1,000 questions"));
    row(table, "equal mean", cost, cost.equal());
    row(table, "assured", cost, cost.assured());
    return table.toString();
  }

  private void row(TextTable table, String kind, CostComparison cost, Optional<Saving> saving) {
    table.add(
        kind,
        share(cost.recall()),
        Integer.toString(cost.k()),
        saving.map(found -> Integer.toString(found.k())).orElse("not reached"),
        tokens(cost.tokens()),
        saving.map(found -> tokens(found.tokens())).orElse("-"),
        saving.map(this::saved).orElse("-"));
  }

  private String saved(Saving saving) {
    return price()
        .map(price -> prices.money(saving.perThousandQueries(price.input())))
        .orElseGet(() -> tokens(saving.saved() * QUESTIONS) + " tokens");
  }

  private Optional<ModelPrice> price() {
    return prices.of(model);
  }

  private String perThousand(double tokens) {
    return price()
        .map(price -> prices.money(tokens * QUESTIONS * price.input() / MILLION))
        .orElse("no price known");
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.1f", value * 100);
  }

  private static String points(double value) {
    return String.format(Locale.ROOT, "%+.1f", value * 100);
  }

  private static String tokens(double tokens) {
    return String.format(Locale.ROOT, "%,.0f", tokens);
  }
}
