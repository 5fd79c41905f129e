package org.attunedb.server.questions;

import java.util.List;

/** The form in which a model answers; public because the schema is made of it. */
public record GeneratedQuestions(List<GeneratedQuestion> questions) {
  /** Copies the list. */
  public GeneratedQuestions {
    questions = List.copyOf(questions);
  }
}
