package org.attunedb.bench.faults;

import java.time.Duration;
import org.attunedb.index.Durability;

/** The durabilities as options name them. */
enum DurabilityName {
  SYNC,
  INTERVAL,
  MANUAL;

  private static final Duration INTERVAL_LENGTH = Duration.ofMillis(5);

  Durability durability() {
    return switch (this) {
      case SYNC -> Durability.sync();
      case INTERVAL -> Durability.interval(INTERVAL_LENGTH);
      case MANUAL -> Durability.manual();
    };
  }
}
