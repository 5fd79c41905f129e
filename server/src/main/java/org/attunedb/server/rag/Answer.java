package org.attunedb.server.rag;

import java.util.List;
import org.attunedb.server.llm.Passage;
import org.attunedb.server.llm.Spending;

/**
 * What a language model said.
 *
 * @param text word for word; cites passages by their labels, of which p1 is the first of {@code
 *     passages}
 * @param answered whether the passages held an answer; else the text is {@value Answerer#UNKNOWN}
 * @param citations ids of passages that the text cites, in the order of their first mention
 * @param unknownCitations labels in the text that no passage has
 * @param passages that the model was given
 * @param leftOut passages that were found and did not fit the budget
 * @param shortened whether the best passage alone was above the budget and was cut
 * @param spending tokens as the service counted them
 */
public record Answer(
    String text,
    boolean answered,
    List<String> citations,
    List<String> unknownCitations,
    List<Passage> passages,
    int leftOut,
    boolean shortened,
    Spending spending) {
  /** Copies the lists. */
  public Answer {
    citations = List.copyOf(citations);
    unknownCitations = List.copyOf(unknownCitations);
    passages = List.copyOf(passages);
  }
}
