package org.attunedb.server.openai;

import java.util.concurrent.atomic.LongAdder;

/** Adds up what is used. Thread-safe. */
final class UsageMeter {
  private final LongAdder requests = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder inputTokens = new LongAdder();
  private final LongAdder outputTokens = new LongAdder();

  void answered(long input, long output) {
    requests.increment();
    inputTokens.add(input);
    outputTokens.add(output);
  }

  void retried() {
    retries.increment();
  }

  Usage usage() {
    return new Usage(requests.sum(), retries.sum(), inputTokens.sum(), outputTokens.sum());
  }
}
