package org.attunedb.server.ingest.extract;

import java.io.IOException;

/** Bytes that are not what they claim to be. The message goes on where the source's name ends. */
public final class UnreadableException extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableException(String problem) {
    super(problem);
  }

  UnreadableException(String problem, Throwable cause) {
    super(problem, cause);
  }

  /** Never null, unlike the inherited method's. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
