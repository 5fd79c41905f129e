package org.attunedb.core.error;

import org.jspecify.annotations.Nullable;

/** Root of every failure that is not a fault in the caller's input. */
public sealed class AttuneException extends RuntimeException
    permits NotFoundException,
        ConflictException,
        ModelException,
        SearchTimeoutException,
        StoreException,
        TrainingException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  AttuneException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Never null, unlike the inherited method's. */
  @Override
  public final String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What went wrong, for programs. */
  public final ErrorCode code() {
    return code;
  }
}
