package org.attunedb.core.error;

/** The store can't be read or written, or is damaged. The message names the file. */
public final class StoreException extends AttuneException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message meant for people. */
  public StoreException(ErrorCode code, String message) {
    super(code, message, null);
  }

  /** Creates an exception with the fault below it. */
  public StoreException(ErrorCode code, String message, Throwable cause) {
    super(code, message, cause);
  }
}
