package org.attunedb.bench.faults;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.SplittableRandom;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.Durability;
import org.attunedb.index.OpenMode;

/** How the campaigns open stores. Stateless. */
final class Options {
  private Options() {}

  /** The same at each run of a seed. */
  static AttuneOptions of(Durability durability, long seed) {
    return new AttuneOptions(
        OpenMode.OPEN_OR_CREATE,
        durability,
        AttuneOptions.DEFAULT_VERIFY_BYTES,
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
        new SplittableRandom(seed),
        Optional::empty);
  }
}
