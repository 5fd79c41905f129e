package org.attunedb.core.error;

/** The named collection, adapter version or job does not exist. */
public final class NotFoundException extends AttuneException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message meant for people. */
  public NotFoundException(ErrorCode code, String message) {
    super(code, message, null);
  }
}
