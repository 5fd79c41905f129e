package org.attunedb.server.ingest.extract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.attunedb.server.ingest.extract.StructuredText.Block;
import org.attunedb.server.ingest.extract.StructuredText.Heading;

/**
 * Writes text as a browser lays it out: runs of white space are one space, blocks stand on lines of
 * their own. Not thread-safe.
 */
final class TextBuilder {
  private final StringBuilder out = new StringBuilder();
  private final Deque<Prefix> prefixes = new ArrayDeque<>();
  private final List<Heading> headings = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();

  /** Line feeds that come before the next character. */
  private int breaks;

  private boolean space;

  /** How lines begin: a list item's first with its marker, the others with an indentation. */
  private static final class Prefix {
    private final String others;
    private String next;

    Prefix(String first, String others) {
      this.next = first;
      this.others = others;
    }

    String take() {
      String taken = next;
      next = others;
      return taken;
    }
  }

  /** Adds running text. */
  void text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') {
        space = true;
      } else {
        begin();
        out.append(c);
      }
    }
  }

  /** Adds characters as they are, in the line that is open. */
  void verbatim(String text) {
    if (!text.isEmpty()) {
      begin();
      out.append(text);
    }
  }

  /** What follows stands at least this many line feeds below. */
  void lines(int count) {
    space = false;
    if (!out.isEmpty()) {
      breaks = Math.max(breaks, count);
    }
  }

  /** A line break within a paragraph. */
  void lineBreak() {
    space = false;
    if (!out.isEmpty()) {
      breaks = Math.min(2, breaks + 1);
    }
  }

  /** Every line from the next one on begins so, until {@link #popPrefix()}. */
  void pushPrefix(String first, String others) {
    prefixes.addLast(new Prefix(first, others));
  }

  /** Ends the innermost prefix. */
  void popPrefix() {
    prefixes.removeLast();
  }

  /** Notes that the next character begins a heading. */
  void heading(int level, String text) {
    begin();
    headings.add(new Heading(lineStart(), level, text));
  }

  /** Adds lines that are kept as they are and are not to be cut. */
  void block(String content) {
    lines(2);
    String[] rows = Charsets.clean(content).split("\n", -1);
    begin();
    int start = lineStart();
    out.append(rows[0]);
    for (int i = 1; i < rows.length; i++) {
      out.append('\n');
      prefixes.forEach(prefix -> out.append(prefix.take()));
      out.append(rows[i]);
    }
    blocks.add(new Block(start, out.length()));
    lines(2);
  }

  StructuredText build(String title) {
    return new StructuredText(title, out.toString(), headings, blocks, List.of());
  }

  private int lineStart() {
    return out.lastIndexOf("\n") + 1;
  }

  private void begin() {
    if (breaks > 0 || out.isEmpty()) {
      out.append("\n".repeat(breaks));
      prefixes.forEach(prefix -> out.append(prefix.take()));
      breaks = 0;
      space = false;
    }
    if (space) {
      out.append(' ');
      space = false;
    }
  }
}
