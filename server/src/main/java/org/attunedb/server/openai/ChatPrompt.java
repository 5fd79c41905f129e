package org.attunedb.server.openai;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * What a chat model is asked.
 *
 * @param system instructions; empty for none
 * @param user the question and its material
 * @param maxTokens most tokens of the answer, at least 1; null for the service's own limit
 * @param temperature 0 to 2; null for the service's own, which some models insist on
 */
public record ChatPrompt(
    String system, String user, @Nullable Integer maxTokens, @Nullable Double temperature) {
  /** Checks the ranges. */
  public ChatPrompt {
    if (user.isBlank()) {
      throw new InvalidInputException(ErrorCode.TEXT_INVALID, "prompt is blank");
    }
    if (maxTokens != null && maxTokens < 1) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "maxTokens is " + maxTokens + ", expected at least 1");
    }
    if (temperature != null && !(temperature >= 0 && temperature <= 2)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "temperature is " + temperature + ", expected 0 to 2");
    }
  }

  /** A prompt with the service's own limits. */
  public static ChatPrompt of(String system, String user) {
    return new ChatPrompt(system, user, null, null);
  }

  /** This prompt with a bound of the answer. */
  public ChatPrompt withMaxTokens(int tokens) {
    return new ChatPrompt(system, user, tokens, temperature);
  }

  /** This prompt with a temperature. */
  public ChatPrompt withTemperature(double value) {
    return new ChatPrompt(system, user, maxTokens, value);
  }
}
