package org.attunedb.server.terminal;

import java.util.ArrayList;
import java.util.List;

/** Makes any text safe to print: what a document holds must not move the cursor or colour it. */
public final class PlainText {
  /** Before a line on a screen: takes away what a bar has drawn there. */
  public static final String CLEARED_LINE = "\r" + " ".repeat(79) + "\r";

  private PlainText() {}

  /**
   * The text in one line: line breaks and tabs become spaces, other control characters {@code ?}.
   */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isWhitespace(c)) {
                line.append(' ');
              } else if (Character.isISOControl(c)) {
                line.append('?');
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString().strip();
  }

  /** The text with its lines; control characters other than line breaks become {@code ?}. */
  public static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> safe.appendCodePoint(c != '\n' && Character.isISOControl(c) ? '?' : c));
    return safe.toString();
  }

  /** Number of code points, which is the width as long as nobody uses wide scripts. */
  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Fills up with spaces on the right. */
  static String padRight(String text, int width) {
    return text + " ".repeat(Math.max(0, width - width(text)));
  }

  /** Fills up with spaces on the left. */
  static String padLeft(String text, int width) {
    return " ".repeat(Math.max(0, width - width(text))) + text;
  }

  /** Fills up on both sides, the odd space on the right; cuts what is too long. */
  static String centre(String text, int width) {
    String cut = truncate(text, width);
    return padRight(" ".repeat((width - width(cut)) / 2) + cut, width);
  }

  /** Cuts to a width, ending in three dots where something was cut. */
  public static String truncate(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    String dots = ".".repeat(Math.min(3, width));
    return text.substring(0, text.offsetByCodePoints(0, width - dots.length())) + dots;
  }

  /** Breaks a text into lines of usual length. */
  public static List<String> lines(String text) {
    return wrap(text, 79);
  }

  /** Breaks between words into lines of at most a width, inside of a word only if it is longer. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : oneLine(text).split(" +")) {
      if (!line.isEmpty() && width(line.toString()) + 1 + width(word) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      String rest = word;
      while (width(rest) > width) {
        int cut = rest.offsetByCodePoints(0, width);
        lines.add(rest.substring(0, cut));
        rest = rest.substring(cut);
      }
      line.append(line.isEmpty() ? "" : " ").append(rest);
    }
    lines.add(line.toString());
    return lines;
  }
}
