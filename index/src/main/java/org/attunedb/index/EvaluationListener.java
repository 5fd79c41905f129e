package org.attunedb.index;

/** Hears how far an evaluation has come. Called by the thread that evaluates, between searches. */
@FunctionalInterface
public interface EvaluationListener {
  /**
   * Some more searches are done.
   *
   * @param done searches so far, from 0
   * @param total searches of the whole evaluation
   */
  void searched(long done, long total);

  /** A listener that does nothing. */
  static EvaluationListener none() {
    return (done, total) -> {};
  }
}
