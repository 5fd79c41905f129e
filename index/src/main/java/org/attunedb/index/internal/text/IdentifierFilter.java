package org.attunedb.index.internal.text;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/**
 * Breaks tokens at everything that is neither letter nor digit, and, if asked to, adds the parts of
 * identifiers: {@code parse_httpServer2} becomes {@code parse}, {@code httpServer2} and at the same
 * position {@code http}, {@code Server}. Parts of one character are left out: they say nothing.
 */
final class IdentifierFilter extends TokenFilter {
  private static final int MIN_PART = 2;

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final PositionIncrementAttribute position =
      addAttribute(PositionIncrementAttribute.class);
  private final boolean withParts;
  private final Deque<Piece> pending = new ArrayDeque<>();
  private State token = captureState();

  private record Piece(String text, boolean samePosition) {}

  IdentifierFilter(TokenStream input, boolean withParts) {
    super(input);
    this.withParts = withParts;
  }

  @Override
  public boolean incrementToken() throws IOException {
    while (pending.isEmpty()) {
      if (!input.incrementToken()) {
        return false;
      }
      token = captureState();
      split(term.toString());
    }
    restoreState(token);
    Piece piece = pending.remove();
    term.setEmpty().append(piece.text);
    position.setPositionIncrement(piece.samePosition ? 0 : 1);
    return true;
  }

  @Override
  public void reset() throws IOException {
    super.reset();
    pending.clear();
  }

  private void split(String text) {
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && isWordCharacter(text, end)) {
        end += Character.charCount(text.codePointAt(end));
      }
      if (end > start) {
        addRun(text.substring(start, end));
        start = end;
      } else {
        start += Character.charCount(text.codePointAt(start));
      }
    }
  }

  /** Marks belong to the letter before them, or scripts with vowel signs would fall apart. */
  private static boolean isWordCharacter(String text, int index) {
    int codePoint = text.codePointAt(index);
    int type = Character.getType(codePoint);
    return Character.isLetterOrDigit(codePoint)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }

  private void addRun(String run) {
    pending.add(new Piece(run, false));
    List<String> parts = withParts ? parts(run) : List.of();
    if (parts.size() > 1) {
      parts.stream()
          .filter(part -> part.length() >= MIN_PART)
          .forEach(part -> pending.add(new Piece(part, true)));
    }
  }

  private static List<String> parts(String run) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 1; i < run.length(); i++) {
      if (isBoundary(run, i)) {
        parts.add(run.substring(start, i));
        start = i;
      }
    }
    parts.add(run.substring(start));
    return parts;
  }

  /** Between aB, before the last capital of ABc, and between a letter and a digit. */
  private static boolean isBoundary(String run, int i) {
    char before = run.charAt(i - 1);
    char here = run.charAt(i);
    if (Character.isLowerCase(before) && Character.isUpperCase(here)) {
      return true;
    }
    if (Character.isDigit(before) != Character.isDigit(here)) {
      return true;
    }
    return Character.isUpperCase(before)
        && Character.isUpperCase(here)
        && i + 1 < run.length()
        && Character.isLowerCase(run.charAt(i + 1));
  }
}
