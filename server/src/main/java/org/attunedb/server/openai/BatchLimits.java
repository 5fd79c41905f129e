package org.attunedb.server.openai;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * How much goes into one request.
 *
 * @param texts at most, 1 to 2,048
 * @param tokens at most, as estimated, at least 1; a text with more goes alone
 */
public record BatchLimits(int texts, int tokens) {
  /** OpenAI's own limit. */
  private static final int MOST_TEXTS = 2_048;

  /** Checks the ranges. */
  public BatchLimits {
    if (texts < 1 || texts > MOST_TEXTS || tokens < 1) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "batches have %s texts and %s tokens, expected 1 to %s texts and at least 1 token"
              .formatted(texts, tokens, MOST_TEXTS));
    }
  }

  /** 128 texts and 100,000 tokens: a third of OpenAI's limit, as tokens are only estimated. */
  public static BatchLimits defaults() {
    return new BatchLimits(128, 100_000);
  }

  /** A request's texts. */
  record Batch(List<String> texts, int tokens) {}

  /** The texts in batches, in order. */
  List<Batch> batches(List<String> all) {
    List<Batch> batches = new ArrayList<>();
    List<String> current = new ArrayList<>();
    int size = 0;
    for (String text : all) {
      int more = TokenEstimate.of(text);
      if (!current.isEmpty() && (current.size() == texts || (long) size + more > tokens)) {
        batches.add(new Batch(List.copyOf(current), size));
        current.clear();
        size = 0;
      }
      current.add(text);
      size += more;
    }
    if (!current.isEmpty()) {
      batches.add(new Batch(List.copyOf(current), size));
    }
    return batches;
  }
}
