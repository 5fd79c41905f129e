package org.attunedb.server.questions;

/** Hears of a generation, in its thread. */
@FunctionalInterface
public interface QuestionListener {
  /** After each document. */
  void progress(QuestionProgress progress);

  /** Nobody listens. */
  static QuestionListener none() {
    return progress -> {};
  }
}
