package org.attunedb.core.error;

/** The operation contradicts what exists: a taken name, a lock held by another process. */
public final class ConflictException extends AttuneException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message meant for people. */
  public ConflictException(ErrorCode code, String message) {
    super(code, message, null);
  }
}
