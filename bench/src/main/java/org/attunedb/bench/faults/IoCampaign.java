package org.attunedb.bench.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Durability;
import org.attunedb.index.internal.io.FileOps;
import org.jspecify.annotations.Nullable;

/**
 * Lets one call of a disk fail, the first, the second and so on, under the same workload each time.
 * Immutable.
 */
final class IoCampaign {
  private static final Path ROOT = Path.of("disk").toAbsolutePath();

  private final long seed;
  private final int steps;
  private final UnaryOperator<FileOps> disk;

  /**
   * A campaign.
   *
   * @param steps operations of the workload
   * @param disk what the store gets of the failing disk: that disk, or a worse one
   */
  IoCampaign(long seed, int steps, UnaryOperator<FileOps> disk) {
    this.seed = seed;
    this.steps = steps;
    this.disk = disk;
  }

  /**
   * What a failing call led to.
   *
   * @param failed whether there was such a call; if not, all calls of the kind have been tried
   * @param violation what was wrong; null if nothing was
   */
  record Outcome(IoKind kind, long call, boolean failed, @Nullable String violation) {}

  /** Runs the workload with the call of a number failing, from 1. */
  Outcome run(IoKind kind, long call) {
    Run run = new Run(kind, call);
    try {
      run.run();
      return new Outcome(kind, call, run.failing.failed(), null);
    } catch (ViolationException e) {
      return new Outcome(kind, call, true, e.getMessage());
    }
  }

  private final class Run {
    private final IoKind kind;
    private final long call;
    private final Oracle oracle = new Oracle(Durability.sync());
    private final Workload workload = new Workload(new Random(seed));
    private CrashFileOps below = CrashFileOps.empty(ROOT, new Random(seed));
    private final FailingFileOps failing;

    Run(IoKind kind, long call) {
      this.kind = kind;
      this.call = call;
      this.failing = new FailingFileOps(below, kind, call);
    }

    void run() {
      boolean clean = work();
      if (call % 2 == 0) {
        // A failed store whose process goes on until the power fails as well.
        below.powerOff();
        below = below.restart();
      } else if (clean) {
        oracle.closed();
      }
      reopen();
      oracle.closed();
      reopen();
    }

    /** Whether the store was closed without a failure. */
    private boolean work() {
      Session session;
      try {
        session = open(disk.apply(failing));
      } catch (RuntimeException e) {
        requireTyped(e);
        return false;
      }
      boolean failed = false;
      try {
        for (int i = 0; i < steps && !failed; i++) {
          failed = !step(session);
        }
      } finally {
        if (call % 2 == 1) {
          failed |= !close(session);
        }
      }
      if (call % 2 == 0) {
        below.powerOff();
        close(session);
      }
      return !failed;
    }

    private boolean close(Session session) {
      try {
        session.close();
        return true;
      } catch (RuntimeException e) {
        if (!below.isCrashed()) {
          requireTyped(e);
        }
        return false;
      }
    }

    /** Whether an operation was acknowledged. */
    private boolean step(Session session) {
      boolean failedBefore = failing.failed();
      Step step = workload.next(oracle);
      oracle.begin(step);
      try {
        step.run(session);
      } catch (RuntimeException e) {
        requireTyped(e);
        requireReadOnly(session, step);
        oracle.checkReads(session);
        return false;
      }
      oracle.acknowledge();
      if (!failedBefore && failing.failed() && !kind.mayBeIgnored() && !failing.failedInMerge()) {
        throw new ViolationException(
            "%s was acknowledged although its %s failed".formatted(step, kind.label()));
      }
      return true;
    }

    private void requireTyped(RuntimeException failure) {
      if (!failing.failed()) {
        throw new ViolationException("failure without a failing call: " + failure, failure);
      }
      if (!(failure instanceof StoreException)) {
        throw new ViolationException("untyped failure: " + failure, failure);
      }
    }

    /** After a failed write or flush nothing more may be written. */
    private void requireReadOnly(Session session, Step step) {
      if (kind.mayBeIgnored() || !(step instanceof Step.Write || step instanceof Step.Keep)) {
        return;
      }
      try {
        Step next = new Step.Delete(step.collection(), List.of("never-written"));
        next.run(session);
      } catch (StoreException e) {
        if (e.code() == ErrorCode.READ_ONLY) {
          return;
        }
        throw new ViolationException("expected read_only after the failure, got: " + e, e);
      }
      throw new ViolationException("the store takes writes after a failed " + kind.label());
    }

    private Session open(FileOps ops) {
      return Session.open(ROOT, ops, Options.of(Durability.sync(), seed));
    }

    private void reopen() {
      try (Session session = open(below)) {
        oracle.check(session);
        for (int i = 0; i < 2; i++) {
          Step step = workload.next(oracle);
          oracle.begin(step);
          step.run(session);
          oracle.acknowledge();
        }
      } catch (AttuneException e) {
        throw new ViolationException("after the failure: " + e, e);
      }
    }
  }
}
