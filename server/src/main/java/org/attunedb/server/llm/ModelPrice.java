package org.attunedb.server.llm;

/**
 * What a model costs.
 *
 * @param input of 1,000,000 tokens of prompts, at least 0
 * @param output of 1,000,000 tokens of answers, at least 0
 */
public record ModelPrice(double input, double output) {
  private static final double UNIT = 1_000_000;

  /** What was spent, in the table's currency. */
  public double of(Spending spending) {
    return (spending.inputTokens() * input + spending.outputTokens() * output) / UNIT;
  }
}
