package org.attunedb.server.questions;

import static org.assertj.core.api.Assertions.assertThat;

import org.attunedb.server.llm.Shingles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionFilterTest {
  private static final String DOCUMENT = "The purser issues remittance reversals on every Monday.";
  private final QuestionFilter filter = new QuestionFilter(0.5);

  private static Draft draft(String text, Origin origin) {
    return new Draft(text, "", origin, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "What does the author say about reversals?",
        "Which day is named in this passage?",
        "Who, according to the text, reverses payments?",
        "What do the provided documents tell about money?",
        "Which day does the above context name?"
      })
  void reject_questionThatNamesTheText_isDropped(String question) {
    assertThat(filter.reject(draft(question, Origin.LLM), DOCUMENT))
        .contains(Rejection.NAMES_THE_TEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Who gives money back to passengers?",
        "How do I delete a document?",
        "What is a text message?",
        "Which authors wrote about ships?"
      })
  void reject_questionOfAUser_isKept(String question) {
    assertThat(filter.reject(draft(question, Origin.LLM), DOCUMENT)).isEmpty();
  }

  @Test
  void reject_copy_isDroppedUnlessItIsOneOnPurpose() {
    String copy = "Who issues remittance reversals on every Monday?";

    // Runs of the question: "who issues remittance reversals" is not there, the other three are.
    assertThat(Shingles.containment(copy, DOCUMENT)).isEqualTo(0.75);
    assertThat(filter.reject(draft(copy, Origin.LLM), DOCUMENT))
        .contains(Rejection.COPIES_THE_TEXT);
    assertThat(new QuestionFilter(0.75).reject(draft(copy, Origin.LLM), DOCUMENT)).isEmpty();
    assertThat(filter.reject(draft(copy, Origin.CROP), DOCUMENT)).isEmpty();
  }

  @Test
  void reject_noQuestionAtAll_isDropped() {
    assertThat(filter.reject(draft("?!", Origin.LLM), DOCUMENT)).contains(Rejection.MALFORMED);
    assertThat(filter.reject(draft("a ".repeat(65), Origin.LLM), DOCUMENT))
        .contains(Rejection.MALFORMED);
  }

  @Test
  void key_sameWordsInAnotherOrder_isTheSame() {
    assertThat(Words.key("How can I return a parcel?"))
        .isEqualTo(Words.key("Parcel: return, how?"));
    assertThat(Words.key("How can I return a parcel?"))
        .isNotEqualTo(Words.key("How can I send a parcel?"));
  }
}
