package org.attunedb.server.rag;

/** Hears of an evaluation, in its thread. */
@FunctionalInterface
public interface RagListener {
  /** So many contexts are judged, or could not be. */
  void judged(int done, int total);

  /** Nobody listens. */
  static RagListener none() {
    return (done, total) -> {};
  }
}
