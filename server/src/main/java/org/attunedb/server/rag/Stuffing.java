package org.attunedb.server.rag;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.server.llm.Passage;

/**
 * The passages that fit a budget of tokens: the best ones whole, in their order, up to the first
 * that does not fit; that first one, cut, if it is the very best.
 *
 * @param passages that fit
 * @param leftOut how many do not
 * @param cut whether the only passage was shortened
 * @param tokens of the passages, estimated as a quarter of their characters
 */
record Stuffing(List<Passage> passages, int leftOut, boolean cut, int tokens) {
  private static final int CHARACTERS_PER_TOKEN = 4;

  /** Copies the list. */
  Stuffing {
    passages = List.copyOf(passages);
  }

  static Stuffing of(List<Passage> found, int budget) {
    List<Passage> fitting = new ArrayList<>();
    int tokens = 0;
    for (Passage passage : found) {
      int more = ReportSettings.approximateTokens(passage.text());
      if (tokens + more > budget) {
        break;
      }
      tokens += more;
      fitting.add(passage);
    }
    if (fitting.isEmpty() && !found.isEmpty()) {
      Passage best = found.getFirst();
      int characters = best.text().offsetByCodePoints(0, budget * CHARACTERS_PER_TOKEN);
      Passage shortened = new Passage(best.id(), best.text().substring(0, characters));
      return new Stuffing(List.of(shortened), found.size() - 1, true, budget);
    }
    return new Stuffing(fitting, found.size() - fitting.size(), false, tokens);
  }
}
