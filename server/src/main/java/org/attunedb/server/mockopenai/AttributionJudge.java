package org.attunedb.server.mockopenai;

import java.util.List;
import java.util.Set;

/**
 * Judges whether the sentences of {@code <answer>} follow from the passages: takes schemas with
 * "attribut", "verdict" or "recall" in their name. A sentence does if the passages have at least
 * {@value #NEEDED_SHARE} of its content words. Arrays have one item a sentence; members with
 * "statement" in their name get the sentence, other texts the reason, numbers and booleans the
 * verdict.
 */
final class AttributionJudge implements Behaviour {
  static final double NEEDED_SHARE = 0.6;

  @Override
  public boolean takes(ChatRequest request) {
    String name = request.schemaName();
    return name.contains("attribut") || name.contains("verdict") || name.contains("recall");
  }

  @Override
  public Values values(ChatRequest request) {
    List<String> statements = Words.sentences(request.marked().answer());
    Set<String> known = Words.content(request.marked().context());
    return new Values() {
      @Override
      public int items(String member) {
        return statements.size();
      }

      @Override
      public String text(String member, int place) {
        return member.contains("statement") ? statement(place) : reason(share(place));
      }

      @Override
      public boolean flag(String member, int place) {
        return share(place) >= NEEDED_SHARE;
      }

      private double share(int place) {
        return Words.share(statement(place), known);
      }

      private String statement(int place) {
        return place < statements.size() ? statements.get(place) : "";
      }
    };
  }

  @Override
  public String prose(ChatRequest request) {
    Set<String> known = Words.content(request.marked().context());
    return reason(Words.share(request.marked().answer(), known));
  }

  private static String reason(double share) {
    return "%s %% of its words are in the context.".formatted(Math.round(100 * share));
  }
}
