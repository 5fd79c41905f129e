package org.attunedb.bench.faults;

/** The store broke its contract. */
final class ViolationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ViolationException(String message) {
    super(message);
  }

  ViolationException(String message, Throwable cause) {
    super(message, cause);
  }
}
