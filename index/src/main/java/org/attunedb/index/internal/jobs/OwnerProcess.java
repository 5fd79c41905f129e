package org.attunedb.index.internal.jobs;

import java.time.Instant;

/**
 * The process that a job waits or runs in.
 *
 * @param pid its number
 * @param started when it began, in milliseconds since 1970, so that another process with the same
 *     number is not taken for it; 0 if the system does not tell
 */
public record OwnerProcess(long pid, long started) {
  /** This process. */
  public static OwnerProcess current() {
    return of(ProcessHandle.current());
  }

  private static OwnerProcess of(ProcessHandle process) {
    return new OwnerProcess(
        process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }

  /** Whether it still runs, on this machine. */
  public boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> started == 0 || of(process).started == started)
        .isPresent();
  }
}
