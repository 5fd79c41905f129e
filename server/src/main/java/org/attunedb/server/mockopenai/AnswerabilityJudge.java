package org.attunedb.server.mockopenai;

import java.util.Set;

/**
 * Judges whether {@code <question>} can be answered from the passages: takes schemas with
 * "answerab" in their name. It can if the passages have at least half of its content words.
 */
final class AnswerabilityJudge implements Behaviour {
  private static final double NEEDED_SHARE = 0.5;

  @Override
  public boolean takes(ChatRequest request) {
    return request.schemaName().contains("answerab");
  }

  @Override
  public Values values(ChatRequest request) {
    double share = share(request);
    return new Values() {
      @Override
      public int items(String member) {
        return 1;
      }

      @Override
      public String text(String member, int place) {
        return reason(share);
      }

      @Override
      public boolean flag(String member, int place) {
        return share >= NEEDED_SHARE;
      }
    };
  }

  @Override
  public String prose(ChatRequest request) {
    return reason(share(request));
  }

  private static double share(ChatRequest request) {
    Set<String> known = Words.content(request.marked().context());
    return Words.share(request.marked().question(), known);
  }

  private static String reason(double share) {
    return "%s %% of the question's words are in the context.".formatted(Math.round(100 * share));
  }
}
