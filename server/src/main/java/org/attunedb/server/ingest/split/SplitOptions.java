package org.attunedb.server.ingest.split;

import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * How texts are split.
 *
 * @param maxChars most UTF-16 characters of a chunk, its overlap included; 16 to 1,048,576
 * @param overlap most characters that a chunk repeats from the end of the one before; 0 to half of
 *     {@code maxChars}
 * @param separators after which a text is preferably cut, the best first. Before all of them come
 *     the beginnings of headings, after all of them any character.
 */
public record SplitOptions(int maxChars, int overlap, List<String> separators) {
  /** The Deep Memory tutorial's chunk size. */
  public static final int DEFAULT_MAX_CHARS = 4096;

  /** About a sentence or two: what refers back over a cut stays understandable. */
  public static final int DEFAULT_OVERLAP = 200;

  /** Paragraphs, lines, sentences (of Latin and of Chinese and Japanese text), words. */
  public static final List<String> DEFAULT_SEPARATORS = List.of("\n\n", "\n", ". ", "。", " ");

  private static final int LEAST_CHARS = 16;

  /** Checks the ranges. */
  public SplitOptions {
    separators = List.copyOf(separators);
    require("chunk size", maxChars, LEAST_CHARS, Document.MAX_TEXT_LENGTH);
    require("overlap", overlap, 0, maxChars / 2);
    if (separators.contains("")) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "a separator is empty, expected at least one character");
    }
  }

  /** 4,096 characters, of which up to 200 overlap. */
  public static SplitOptions defaults() {
    return new SplitOptions(DEFAULT_MAX_CHARS, DEFAULT_OVERLAP, DEFAULT_SEPARATORS);
  }

  private static void require(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
  }
}
