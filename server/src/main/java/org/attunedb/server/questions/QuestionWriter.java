package org.attunedb.server.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.server.llm.Spending;

/** Makes questions about documents. Thread-safe. */
interface QuestionWriter {
  /**
   * Who writes and how, for the record: whatever else than the settings the questions depend on.
   */
  void describe(ObjectNode record);

  /**
   * What of a document is looked at, by whoever writes about it and by whoever checks the answers.
   */
  String shown(String text);

  /**
   * Writes about one document.
   *
   * @param text what is shown of it
   * @param count most questions
   * @param style how to phrase them; empty for no wish
   * @throws org.attunedb.core.error.ModelException if a model could not answer
   */
  Written write(Document document, String text, int count, String style);

  /** About what writing as many questions about such a text takes. */
  Spending estimate(String text, int count);

  /** Questions and what they took. */
  record Written(List<Draft> drafts, Spending spending) {}
}
