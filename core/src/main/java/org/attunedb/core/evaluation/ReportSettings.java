package org.attunedb.core.evaluation;

import java.util.function.ToIntFunction;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What a report works out beside its metrics.
 *
 * @param costK how many hits an application hands on today, for the cost argument; at least 1
 * @param tokens number of tokens of a stored text, at least 0; called by one thread, once for each
 *     document
 * @param movers how many queries to explain for each mode that rose most, and as many that fell
 *     most; at least 0
 */
public record ReportSettings(int costK, ToIntFunction<String> tokens, int movers) {
  private static final int CHARACTERS_PER_TOKEN = 4;

  /** Checks the ranges. */
  public ReportSettings {
    if (costK < 1) {
      throw new InvalidInputException(
          ErrorCode.K_OUT_OF_RANGE, "k of the cost argument is " + costK + ", expected at least 1");
    }
    if (movers < 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "number of explained queries is " + movers + ", expected at least 0");
    }
  }

  /** Costs at k = 10 in {@link #approximateTokens approximate tokens}, 10 queries explained. */
  public static ReportSettings defaults() {
    return new ReportSettings(10, ReportSettings::approximateTokens, 10);
  }

  /**
   * A quarter of the characters (Unicode code points), rounded up: what tokenizers of today's
   * language models need for English prose, to about a fifth. Other languages need more.
   */
  public static int approximateTokens(String text) {
    return Math.ceilDiv(text.codePointCount(0, text.length()), CHARACTERS_PER_TOKEN);
  }

  /** These settings with another k of the cost argument. */
  public ReportSettings withCostK(int k) {
    return new ReportSettings(k, tokens, movers);
  }

  /** These settings with another way to count tokens. */
  public ReportSettings withTokens(ToIntFunction<String> counter) {
    return new ReportSettings(costK, counter, movers);
  }

  /** These settings with another number of explained queries. */
  public ReportSettings withMovers(int number) {
    return new ReportSettings(costK, tokens, number);
  }
}
