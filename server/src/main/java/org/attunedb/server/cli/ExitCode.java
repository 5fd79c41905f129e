package org.attunedb.server.cli;

/** How a run ended, for scripts. The numbers never change. */
public enum ExitCode {
  /** All went well. */
  OK(0),
  /**
   * The arguments or the input files can't be accepted; nothing was changed, but for an ingestion,
   * which goes on beside damaged files.
   */
  INVALID_INPUT(2),
  /** The store can't be read or written, or is damaged. */
  STORE(3),
  /** The store is in use by another process, or the name is taken. */
  CONFLICT(4),
  /** There is no such store, collection, adapter version or job. */
  NOT_FOUND(5),
  /** Training or a call of a model could not be carried out; what was active stays active. */
  TRAINING(6),
  /** A search took longer than it was allowed. */
  TIMEOUT(7),
  /** A fault of Attune itself (EX_SOFTWARE of sysexits.h). */
  INTERNAL(70);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** What the process returns. */
  public int number() {
    return number;
  }
}
