package org.attunedb.server.rag;

import java.util.List;
import org.attunedb.core.evaluation.Relevance;

/**
 * A question whose answer is known.
 *
 * @param id for reports
 * @param text what is asked
 * @param answer the ground truth; empty if only the relevant documents are known
 * @param relevance the documents that answer it
 */
public record RagQuestion(String id, String text, String answer, Relevance relevance) {
  /** The ids of the relevant documents. */
  List<String> relevantIds() {
    return relevance.grades().keySet().stream().filter(relevance::isRelevant).toList();
  }
}
