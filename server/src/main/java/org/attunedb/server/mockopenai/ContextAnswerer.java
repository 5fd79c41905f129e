package org.attunedb.server.mockopenai;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.attunedb.server.mockopenai.MarkedText.Passage;

/**
 * Answers {@code <question>} from the passages: takes schemas with "answer" in their name, and
 * texts wherever there is a question. The answer is the sentence that has most of the question's
 * content words, word for word, and its passage's id in square brackets; without any common word it
 * is {@value #UNKNOWN}. Arrays hold the cited ids, booleans whether there is an answer.
 */
final class ContextAnswerer implements Behaviour {
  static final String UNKNOWN = "The text does not say.";

  /** A sentence of a passage. */
  private record Quote(Passage passage, String sentence, double share) {
    String cited() {
      return sentence + " [" + passage.id() + "]";
    }
  }

  @Override
  public boolean takes(ChatRequest request) {
    return request.schema() == null
        ? !request.marked().question().isEmpty()
        : request.schemaName().contains("answer");
  }

  @Override
  public Values values(ChatRequest request) {
    Optional<Quote> quote = quote(request.marked());
    return new Values() {
      @Override
      public int items(String member) {
        return quote.isPresent() ? 1 : 0;
      }

      @Override
      public String text(String member, int place) {
        boolean id = member.contains("cit") || member.contains("source") || member.contains("id");
        return quote
            .map(found -> id ? found.passage().id() : found.cited())
            .orElse(id ? "" : UNKNOWN);
      }

      @Override
      public boolean flag(String member, int place) {
        return quote.isPresent();
      }
    };
  }

  @Override
  public String prose(ChatRequest request) {
    return quote(request.marked()).map(Quote::cited).orElse(UNKNOWN);
  }

  private static Optional<Quote> quote(MarkedText marked) {
    return marked.passages().stream()
        .flatMap(
            passage ->
                Words.sentences(passage.text()).stream()
                    .map(
                        sentence ->
                            new Quote(passage, sentence, share(marked.question(), sentence))))
        .filter(quote -> quote.share() > 0)
        // The first of equals, because max takes the last.
        .reduce((best, next) -> compare(best, next) >= 0 ? best : next);
  }

  private static int compare(Quote a, Quote b) {
    return Comparator.comparingDouble(Quote::share).compare(a, b);
  }

  private static double share(String question, String sentence) {
    Set<String> words = Words.content(sentence);
    return Words.share(question, words);
  }
}
