package org.attunedb.core.error;

/** A search took longer than its request allowed. */
public final class SearchTimeoutException extends AttuneException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message meant for people. */
  public SearchTimeoutException(String message) {
    super(ErrorCode.SEARCH_TIMEOUT, message, null);
  }
}
