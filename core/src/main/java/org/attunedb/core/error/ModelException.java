package org.attunedb.core.error;

/** A model that is asked over an interface, often a network, gave no answer that can be used. */
public final class ModelException extends AttuneException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message meant for people. */
  public ModelException(ErrorCode code, String message) {
    super(code, message, null);
  }

  /** Creates an exception with the fault below it. */
  public ModelException(ErrorCode code, String message, Throwable cause) {
    super(code, message, cause);
  }
}
