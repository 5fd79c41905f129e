package org.attunedb.bench.faults;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.attunedb.core.error.AttuneException;
import org.attunedb.index.Durability;
import org.attunedb.index.internal.io.FileOps;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the power of a simulated disk at a random operation, opens what is left, compares it with
 * the model and goes on. Immutable; runs of different seeds are independent.
 */
final class PowerCampaign {
  private static final Path ROOT = Path.of("disk").toAbsolutePath();
  private static final int ROUNDS = 2;
  private static final int MOST_STEPS = 24;
  private static final int STEPS_AFTER = 3;

  /** Longer than most steps, so that also the last operations of a long one are cut. */
  private static final int MOST_OPERATIONS_IN_STEP = 60;

  private static final int MOST_OPERATIONS_IN_OPENING = 120;
  private static final int MOST_DECISIVE = 5;
  private static final List<IoKind> DECISIVE =
      List.of(IoKind.RENAME, IoKind.FORCE_DIRECTORY, IoKind.FORCE, IoKind.DELETE);

  private final Durability durability;
  private final UnaryOperator<FileOps> disk;

  /**
   * A campaign.
   *
   * @param disk what the store gets of the simulated disk: that disk, or a worse one
   */
  PowerCampaign(Durability durability, UnaryOperator<FileOps> disk) {
    this.durability = durability;
    this.disk = disk;
  }

  /**
   * What a seed led to.
   *
   * @param cut the operation that was cut first; null if the power failed between operations
   * @param violation what was wrong; null if nothing was
   */
  record Outcome(long seed, @Nullable IoKind cut, @Nullable String violation) {}

  /** Runs one seed. */
  Outcome run(long seed) {
    Run run = new Run(seed);
    try {
      run.run();
      return new Outcome(seed, run.firstCut, null);
    } catch (ViolationException e) {
      return new Outcome(seed, run.firstCut, e.getMessage());
    }
  }

  private final class Run {
    private final long seed;
    private final Random random;
    private final Oracle oracle = new Oracle(durability);
    private final Workload workload;
    private CrashFileOps crashing;
    private @Nullable IoKind firstCut;

    Run(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.workload = new Workload(new Random(random.nextLong()));
      this.crashing = CrashFileOps.empty(ROOT, new Random(random.nextLong()));
    }

    void run() {
      for (int round = 0; round < ROUNDS; round++) {
        work(random.nextInt(MOST_STEPS));
        lose();
        if (random.nextInt(3) == 0) {
          cutOpening();
        }
        reopenAndCheck();
      }
    }

    private Session open() {
      return Session.open(ROOT, disk.apply(crashing), Options.of(durability, seed));
    }

    /** Works until the power fails, which it does in or soon after a step. */
    private void work(int last) {
      Session session = null;
      try {
        if (last == 0) {
          arm(MOST_OPERATIONS_IN_STEP);
        }
        session = open();
        for (int i = 1; i <= last + STEPS_AFTER; i++) {
          if (i == last) {
            arm(MOST_OPERATIONS_IN_STEP);
          }
          Step step = workload.next(oracle);
          oracle.begin(step);
          step.run(session);
          oracle.acknowledge();
        }
      } catch (RuntimeException e) {
        requireOfCrash(e);
      } finally {
        crashing.powerOff();
        closeAfterCrash(session);
      }
    }

    /**
     * Half of the cuts come at any operation, most of which write, and half at one of the kinds on
     * whose order everything hangs.
     */
    private void arm(int most) {
      if (random.nextBoolean()) {
        crashing.crashAfter(random.nextInt(most), EnumSet.allOf(IoKind.class));
      } else {
        IoKind kind = DECISIVE.get(random.nextInt(DECISIVE.size()));
        crashing.crashAfter(random.nextInt(MOST_DECISIVE), Set.of(kind));
      }
    }

    /** Opens and reads while the power fails once more. */
    private void cutOpening() {
      Session session = null;
      arm(MOST_OPERATIONS_IN_OPENING);
      try {
        session = open();
        session.names().forEach(session::get);
      } catch (RuntimeException e) {
        requireOfCrash(e);
      } finally {
        crashing.powerOff();
        closeAfterCrash(session);
      }
      lose();
    }

    private void lose() {
      firstCut = firstCut == null ? crashing.cut() : firstCut;
      crashing = crashing.restart();
    }

    /** Only a crash may fail, and only in the type that callers are told. */
    private void requireOfCrash(RuntimeException failure) {
      if (!crashing.isCrashed() || !(failure instanceof AttuneException)) {
        throw new ViolationException(
            (crashing.isCrashed() ? "untyped failure at the crash: " : "failure without a crash: ")
                + failure,
            failure);
      }
    }

    private void closeAfterCrash(@Nullable Session session) {
      if (session != null) {
        try {
          session.close();
        } catch (AttuneException e) {
          // There is no power to close anything with.
        }
      }
    }

    /** What is left must fit the model, before and after it is written to and closed. */
    private void reopenAndCheck() {
      try (Session session = open()) {
        oracle.check(session);
        for (int i = 0; i < STEPS_AFTER; i++) {
          Step step = workload.next(oracle);
          oracle.begin(step);
          step.run(session);
          oracle.acknowledge();
        }
      } catch (AttuneException e) {
        throw new ViolationException("after the crash: " + e, e);
      }
      oracle.closed();
      try (Session session = open()) {
        oracle.check(session);
      } catch (AttuneException e) {
        throw new ViolationException("after closing: " + e, e);
      }
    }
  }
}
