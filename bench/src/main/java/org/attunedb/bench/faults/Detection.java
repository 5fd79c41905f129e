package org.attunedb.bench.faults;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.attunedb.index.Durability;
import org.attunedb.index.internal.io.FileOps;

/**
 * Runs the campaigns on a store that has a planted fault until one of them notices. Public because
 * it is made by reflection, from classes of which one is changed. Immutable.
 */
public final class Detection implements Supplier<String> {
  private static final int DAMAGE_SEEDS = 12;
  private static final int CALLS = 10;
  private static final int STEPS = 8;
  private static final int POWER_SEEDS = 200;

  private final UnaryOperator<FileOps> disk;

  /** For a disk without a fault. */
  public Detection() {
    this(UnaryOperator.identity());
  }

  Detection(UnaryOperator<FileOps> disk) {
    this.disk = disk;
  }

  /** Which campaign noticed at what; empty if none did. */
  @Override
  public String get() {
    for (long seed = 0; seed < DAMAGE_SEEDS; seed++) {
      if (DamageCheck.run(seed) != null) {
        return "damage, seed " + seed;
      }
    }
    IoCampaign io = new IoCampaign(0, STEPS, disk);
    for (IoKind kind : List.of(IoKind.FORCE, IoKind.WRITE)) {
      for (long call = 1; call <= CALLS; call++) {
        if (io.run(kind, call).violation() != null) {
          return "io, %s %s".formatted(kind.label(), call);
        }
      }
    }
    PowerCampaign power = new PowerCampaign(Durability.sync(), disk);
    for (long seed = 0; seed < POWER_SEEDS; seed++) {
      if (power.run(seed).violation() != null) {
        return "power, seed " + seed;
      }
    }
    return "";
  }
}
