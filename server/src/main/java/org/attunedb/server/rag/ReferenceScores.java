package org.attunedb.server.rag;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.attunedb.server.llm.Passage;
import org.attunedb.server.llm.Shingles;

/** Context recall without a judge, from the documents that are known to be relevant. Stateless. */
final class ReferenceScores {
  /** From this share of its runs of words on, a text counts as repeated. */
  private static final double ENOUGH = 0.5;

  private ReferenceScores() {}

  /** The share of the relevant ids among the passages'; the relevant ones are at least one. */
  static double byIds(List<String> relevant, List<String> found) {
    Set<String> ids = new HashSet<>(found);
    return (double) relevant.stream().filter(ids::contains).count() / relevant.size();
  }

  /** The share of the texts that some passage repeats, in whatever document it stands. */
  static double byText(List<String> relevant, List<Passage> found) {
    if (relevant.isEmpty()) {
      return 0;
    }
    long repeated =
        relevant.stream()
            .filter(
                text ->
                    found.stream()
                        .anyMatch(passage -> Shingles.containment(text, passage.text()) >= ENOUGH))
            .count();
    return (double) repeated / relevant.size();
  }
}
