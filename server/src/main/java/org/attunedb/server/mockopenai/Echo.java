package org.attunedb.server.mockopenai;

/** Answers what nothing else takes: texts with the end of the prompt, schemas with fixed values. */
final class Echo implements Behaviour {
  private static final int LONGEST = 200;

  @Override
  public boolean takes(ChatRequest request) {
    return true;
  }

  @Override
  public Values values(ChatRequest request) {
    return new Values() {
      @Override
      public int items(String member) {
        return 1;
      }

      @Override
      public String text(String member, int place) {
        return "mock " + member;
      }

      @Override
      public boolean flag(String member, int place) {
        return true;
      }
    };
  }

  @Override
  public String prose(ChatRequest request) {
    String prompt = request.prompt();
    return "Echo: " + prompt.substring(Math.max(0, prompt.length() - LONGEST));
  }
}
