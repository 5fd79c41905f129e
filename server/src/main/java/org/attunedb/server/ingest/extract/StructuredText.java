package org.attunedb.server.ingest.extract;

import java.util.List;
import java.util.Objects;

/**
 * A text, and where in it something begins that a reader would see at a glance. Immutable. All
 * offsets count UTF-16 characters from 0.
 *
 * @param title what the page or file calls itself; never blank
 * @param text lines end with a line feed; surrogates are paired
 * @param headings in their order
 * @param blocks what should not be cut, in their order, apart from each other
 * @param pages where pages begin, in their order; empty for what has no pages
 */
public record StructuredText(
    String title, String text, List<Heading> headings, List<Block> blocks, List<Integer> pages) {
  /** Copies the lists. */
  public StructuredText {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(text, "text");
    headings = List.copyOf(headings);
    blocks = List.copyOf(blocks);
    pages = List.copyOf(pages);
  }

  /** A text without any structure. */
  public static StructuredText plain(String title, String text) {
    return new StructuredText(title, text, List.of(), List.of(), List.of());
  }

  /** This text under another title. */
  StructuredText withTitle(String newTitle) {
    return new StructuredText(newTitle, text, headings, blocks, pages);
  }

  /**
   * A heading.
   *
   * @param offset where its line begins
   * @param level 1 to 6
   * @param text without markup
   */
  public record Heading(int offset, int level, String text) {}

  /**
   * A code block or a table.
   *
   * @param start first character
   * @param end after the last
   */
  public record Block(int start, int end) {}
}
