package org.attunedb.core.error;

/**
 * The caller's input can't be accepted; nothing was changed. The message says what, expected, got
 * and where.
 */
public final class InvalidInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** Creates an exception with a message meant for people. */
  public InvalidInputException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** Creates an exception with the fault that revealed it. */
  public InvalidInputException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Never null, unlike the inherited method's. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What was wrong, for programs. */
  public ErrorCode code() {
    return code;
  }
}
