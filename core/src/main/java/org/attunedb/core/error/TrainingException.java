package org.attunedb.core.error;

/** Training could not be carried out; what was active before stays active. */
public final class TrainingException extends AttuneException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message meant for people. */
  public TrainingException(ErrorCode code, String message) {
    super(code, message, null);
  }

  /** Creates an exception with the fault below it. */
  public TrainingException(ErrorCode code, String message, Throwable cause) {
    super(code, message, cause);
  }
}
