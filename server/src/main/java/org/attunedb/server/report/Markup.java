package org.attunedb.server.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes HTML and SVG in which every text and attribute is escaped; there is no way to write
 * anything else. Not thread-safe.
 */
final class Markup {
  /** No line break stands behind these, because it would show as a space. */
  private static final Set<String> INLINE = Set.of("b", "bdi", "span", "text", "title");

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String tag, String... attributes) {
    start(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  Markup close() {
    String tag = open.pop();
    text.append("</").append(tag).append(INLINE.contains(tag) ? ">" : ">\n");
    return this;
  }

  /** An element with a text in it. */
  Markup element(String tag, String content, String... attributes) {
    return open(tag, attributes).text(content).close();
  }

  /** An SVG element without content. */
  Markup shape(String tag, String... attributes) {
    start(tag, attributes).append("/>\n");
    return this;
  }

  Markup text(String content) {
    text.append(escape(content));
    return this;
  }

  /** Everything so far. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return text.toString();
  }

  private StringBuilder start(String tag, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("attributes come in pairs, got " + attributes.length);
    }
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      text.append(escape(attributes[i + 1])).append('"');
    }
    return text;
  }

  /** What HTML can't hold becomes the replacement character. */
  static String escape(String content) {
    StringBuilder escaped = new StringBuilder(content.length() + 16);
    content
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isAllowed(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean isAllowed(int c) {
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean noncharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
    return !surrogate && !noncharacter && !control;
  }
}
