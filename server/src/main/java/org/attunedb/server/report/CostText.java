package org.attunedb.server.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.CostComparison.Saving;

/** The cost argument in words and cells, the same in every form of the report. Stateless. */
final class CostText {
  private CostText() {}

  static String explanation(int k) {
    return ("How many hits reach, with the adapter, the mean recall that %s hits have without."
            + " \"Equal mean\" takes the measured means as they are. \"Assured\" also asks that the"
            + " lower end of the 95 %% interval of the difference is not below zero. Tokens are"
            + " those of the stored texts handed on per query, a quarter of their characters.")
        .formatted(k);
  }

  static List<String> headers(EvaluationReport report) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "queries",
                "",
                "recall",
                "hits without",
                "hits with",
                "tokens without",
                "tokens with",
                "saved per query",
                "95 % interval"));
    report
        .pricePerMillionTokens()
        .ifPresent(price -> headers.add("money per 1,000 queries at " + price + " per million"));
    return headers;
  }

  /** One row below the {@link #headers}. */
  static List<String> cells(
      EvaluationReport report, CostComparison cost, String kind, Optional<Saving> saving) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                EvaluationReport.label(cost.subset()),
                kind,
                Figures.share(cost.recall()),
                Integer.toString(cost.k()),
                saving
                    .map(found -> Integer.toString(found.k()))
                    .orElse("more than " + report.figures().depth()),
                cost.tokens() == 0 ? "no texts" : Figures.tokens(cost.tokens())));
    boolean counted = cost.tokens() > 0;
    cells.add(saving.filter(s -> counted).map(s -> Figures.tokens(s.tokens())).orElse("–"));
    cells.add(saving.filter(s -> counted).map(s -> Figures.savedTokens(s.saved())).orElse("–"));
    cells.add(saving.filter(s -> counted).map(CostText::interval).orElse("–"));
    OptionalDouble price = report.pricePerMillionTokens();
    if (price.isPresent()) {
      cells.add(
          saving
              .filter(s -> counted)
              .map(s -> Figures.money(s.perThousandQueries(price.getAsDouble())))
              .orElse("–"));
    }
    return cells;
  }

  private static String interval(Saving saving) {
    return Figures.savedTokens(saving.savedLow())
        + " to "
        + Figures.savedTokens(saving.savedHigh());
  }
}
