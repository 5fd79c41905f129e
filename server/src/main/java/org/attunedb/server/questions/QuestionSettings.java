package org.attunedb.server.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.server.llm.Shingles;
import org.jspecify.annotations.Nullable;

/**
 * Which questions are wanted.
 *
 * @param questions most questions to keep, 1 to 1,000,000
 * @param perDocument most questions about one document, 1 to 100
 * @param styles how a language model is to phrase them, each document by one of these; empty for no
 *     wish
 * @param checkAnswers whether a second call must find a question answerable from its document
 * @param maxOverlap above this share of its runs of {@value Shingles#RUN} words that stand in the
 *     document word for word, a question is dropped, 0 to 1; not for questions made without a
 *     model, which are copies on purpose
 * @param testShare share of the documents whose questions are for measuring, 0 to 1
 * @param groupBy metadata field whose value keeps documents on one side of the split, for example
 *     {@code source}; null for each document by itself
 * @param filter which documents; null for all
 * @param seed of the choice of documents, the split and the crops
 */
public record QuestionSettings(
    int questions,
    int perDocument,
    List<String> styles,
    boolean checkAnswers,
    double maxOverlap,
    double testShare,
    @Nullable String groupBy,
    @Nullable Filter filter,
    long seed) {
  private static final int MOST = 1_000_000;
  private static final int MOST_PER_DOCUMENT = 100;

  /** Copies the list and checks the ranges. */
  public QuestionSettings {
    styles = List.copyOf(styles);
    require("questions", questions, MOST);
    require("questions per document", perDocument, MOST_PER_DOCUMENT);
    requireShare("maxOverlap", maxOverlap);
    requireShare("testShare", testShare);
    if (styles.stream().anyMatch(String::isBlank)) {
      throw new InvalidInputException(ErrorCode.OPTION_OUT_OF_RANGE, "a style is blank");
    }
    if (filter != null) {
      filter.requireWithinLimits();
    }
  }

  private static void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected 1 to %s".formatted(option, value, most));
    }
  }

  private static void requireShare(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "%s is %s, expected 0 to 1".formatted(option, value));
    }
  }

  /** One question a document, no wishes, no check, a fifth of the documents for measuring. */
  public static QuestionSettings of(int questions) {
    return new QuestionSettings(questions, 1, List.of(), false, 0.5, 0.2, null, null, 42);
  }

  /** These settings with another bound of questions. */
  public QuestionSettings withQuestions(int most) {
    return new QuestionSettings(
        most, perDocument, styles, checkAnswers, maxOverlap, testShare, groupBy, filter, seed);
  }

  /** These settings with so many questions about a document. */
  public QuestionSettings withPerDocument(int most) {
    return new QuestionSettings(
        questions, most, styles, checkAnswers, maxOverlap, testShare, groupBy, filter, seed);
  }

  /** These settings with wishes. */
  public QuestionSettings withStyles(List<String> wishes) {
    return new QuestionSettings(
        questions, perDocument, wishes, checkAnswers, maxOverlap, testShare, groupBy, filter, seed);
  }

  /** These settings with the second call. */
  public QuestionSettings withCheckAnswers(boolean checked) {
    return new QuestionSettings(
        questions, perDocument, styles, checked, maxOverlap, testShare, groupBy, filter, seed);
  }

  /** These settings with another bound of copying. */
  public QuestionSettings withMaxOverlap(double share) {
    return new QuestionSettings(
        questions, perDocument, styles, checkAnswers, share, testShare, groupBy, filter, seed);
  }

  /** These settings with another split. */
  public QuestionSettings withTestShare(double share) {
    return new QuestionSettings(
        questions, perDocument, styles, checkAnswers, maxOverlap, share, groupBy, filter, seed);
  }

  /** These settings with documents kept together. */
  public QuestionSettings withGroupBy(@Nullable String field) {
    return new QuestionSettings(
        questions, perDocument, styles, checkAnswers, maxOverlap, testShare, field, filter, seed);
  }

  /** These settings for some of the documents. */
  public QuestionSettings withFilter(@Nullable Filter condition) {
    return new QuestionSettings(
        questions,
        perDocument,
        styles,
        checkAnswers,
        maxOverlap,
        testShare,
        groupBy,
        condition,
        seed);
  }

  /** These settings with another seed. */
  public QuestionSettings withSeed(long number) {
    return new QuestionSettings(
        questions,
        perDocument,
        styles,
        checkAnswers,
        maxOverlap,
        testShare,
        groupBy,
        filter,
        number);
  }

  /** What must not change when work goes on; the number of questions may. */
  ObjectNode fixed(String collection, QuestionWriter writer) {
    ObjectNode json = StrictJson.object();
    json.put("collection", collection);
    writer.describe(json);
    json.put("perDocument", perDocument);
    styles.forEach(json.putArray("styles")::add);
    json.put("checkAnswers", checkAnswers);
    json.put("maxOverlap", maxOverlap);
    json.put("testShare", testShare);
    json.put("groupBy", groupBy);
    json.put("filter", filter == null ? null : FilterJson.write(filter).toString());
    json.put("seed", seed);
    return json;
  }
}
