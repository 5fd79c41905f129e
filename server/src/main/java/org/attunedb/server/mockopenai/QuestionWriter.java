package org.attunedb.server.mockopenai;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes questions about the passages: takes schemas with "question" in their name. The i-th
 * question names the three longest content words of the i-th sentence; members called "answer" get
 * that sentence. As many as {@code <count>} says, else three, but never more than there are
 * sentences.
 */
final class QuestionWriter implements Behaviour {
  private static final int DEFAULT_COUNT = 3;
  private static final int NAMED_WORDS = 3;

  /** Each ends the question in another way, so that they read less alike. */
  private static final List<String> FORMS =
      List.of("What is known about %s?", "How do %s belong together?", "When do %s matter?");

  @Override
  public boolean takes(ChatRequest request) {
    return request.schemaName().contains("question");
  }

  @Override
  public Values values(ChatRequest request) {
    List<String> sentences = sentences(request);
    return new Values() {
      @Override
      public int items(String member) {
        return sentences.size();
      }

      @Override
      public String text(String member, int place) {
        if (sentences.isEmpty()) {
          return "";
        }
        String sentence = sentences.get(Math.min(place, sentences.size() - 1));
        return member.contains("answer") ? sentence : question(sentence, place);
      }

      @Override
      public boolean flag(String member, int place) {
        return true;
      }
    };
  }

  @Override
  public String prose(ChatRequest request) {
    List<String> sentences = sentences(request);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      lines.add(question(sentences.get(i), i));
    }
    return String.join("\n", lines);
  }

  private static List<String> sentences(ChatRequest request) {
    int count = request.marked().count() == 0 ? DEFAULT_COUNT : request.marked().count();
    String context = request.marked().context();
    return Words.sentences(context.isEmpty() ? request.prompt() : context).stream()
        .limit(count)
        .toList();
  }

  private static String question(String sentence, int place) {
    Set<String> longest =
        Words.content(sentence).stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .limit(NAMED_WORDS)
            .collect(Collectors.toSet());
    List<String> named = Words.content(sentence).stream().filter(longest::contains).toList();
    String list =
        named.size() == 1
            ? named.getFirst()
            : String.join(", ", named.subList(0, named.size() - 1)) + " and " + named.getLast();
    return FORMS.get(place % FORMS.size()).formatted(list);
  }
}
