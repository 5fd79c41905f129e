package org.attunedb.server.ingest.split;

import java.text.BreakIterator;
import java.text.StringCharacterIterator;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.attunedb.server.ingest.extract.StructuredText;
import org.attunedb.server.ingest.extract.StructuredText.Block;
import org.attunedb.server.ingest.extract.StructuredText.Heading;

/** Places where a text may be cut, the last ones of a range first. Not thread-safe. */
final class CutFinder {
  private static final int NONE = -1;

  /** No grapheme cluster of written language is as long. */
  private static final int CLUSTER_WINDOW = 256;

  private final String text;
  private final List<String> separators;
  private final int[] headings;
  private final int[] blockStarts;
  private final int[] blockEnds;
  private final BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);

  CutFinder(StructuredText text, List<String> separators) {
    this.text = text.text();
    this.separators = separators;
    this.headings = text.headings().stream().mapToInt(Heading::offset).toArray();
    this.blockStarts = text.blocks().stream().mapToInt(Block::start).toArray();
    this.blockEnds = text.blocks().stream().mapToInt(Block::end).toArray();
  }

  /** The best cut of a range, both ends included, that is not within a block; -1 if none is. */
  int lastOutsideBlocks(int low, int high) {
    int heading = lastHeading(low, high);
    if (heading >= 0) {
      return heading;
    }
    for (String separator : separators) {
      int cut = afterLast(separator, low, high);
      while (cut >= 0) {
        int block = blockAround(cut);
        if (block < 0) {
          return cut;
        }
        // Everything down to the block's beginning is within it, too.
        cut = afterLast(separator, low, blockStarts[block]);
      }
    }
    int block = blockAround(high);
    int last = block < 0 ? high : blockStarts[block];
    return last < low ? NONE : clusterAtOrBefore(last, low);
  }

  /** The best cut of a range, within blocks, too; -1 if none is. */
  int lastAnywhere(int low, int high) {
    for (String separator : separators) {
      int cut = afterLast(separator, low, high);
      if (cut >= 0) {
        return cut;
      }
    }
    return clusterAtOrBefore(high, low);
  }

  /** The first beginning of a word in {@code [earliest, core)} outside blocks, else the core. */
  int overlapStart(int earliest, int core) {
    int from = earliest;
    while (from < core) {
      int block = blockAround(from);
      if (block >= 0) {
        from = blockEnds[block];
      } else if (from == 0 || beginsWord(from)) {
        return from;
      } else {
        from++;
      }
    }
    return withoutSpaces(earliest, core);
  }

  /** Scripts without spaces between words: the first whole character. */
  private int withoutSpaces(int earliest, int core) {
    int block = blockAround(earliest);
    int from = block < 0 ? earliest : blockEnds[block];
    if (from >= core) {
      return core;
    }
    int next = characters(from, Math.min(text.length(), core)).following(Math.max(0, from - 1));
    return next == BreakIterator.DONE || next >= core || blockAround(next) >= 0 ? core : next;
  }

  private boolean beginsWord(int offset) {
    return Character.isWhitespace(text.charAt(offset - 1))
        && !Character.isWhitespace(text.charAt(offset))
        && characters(offset, offset).isBoundary(offset);
  }

  /** The end of the code point that a cut at {@code offset} would split, else the offset. */
  int codePointAtOrBefore(int offset, int core) {
    boolean splits =
        Character.isLowSurrogate(text.charAt(offset))
            && Character.isHighSurrogate(text.charAt(offset - 1));
    return splits && offset - 1 > core ? offset - 1 : offset;
  }

  private int clusterAtOrBefore(int offset, int low) {
    if (offset >= text.length()) {
      return offset;
    }
    BreakIterator characters = characters(offset, offset);
    int cut = characters.isBoundary(offset) ? offset : characters.preceding(offset);
    return cut < low || cut < Math.max(0, offset - CLUSTER_WINDOW) + 1 ? NONE : cut;
  }

  /**
   * Boundaries of the part of the text that reaches far enough around a range to be right in it.
   */
  private BreakIterator characters(int from, int to) {
    int begin = Math.max(0, from - CLUSTER_WINDOW);
    int end = Math.min(text.length(), to + CLUSTER_WINDOW);
    characters.setText(new StringCharacterIterator(text, begin, end, begin));
    return characters;
  }

  private int lastHeading(int low, int high) {
    int last = NONE;
    for (int offset : headings) {
      if (offset > high) {
        break;
      }
      if (offset >= low) {
        last = offset;
      }
    }
    return last;
  }

  /** The end of the last occurrence of a separator that ends within a range; -1 if none does. */
  private int afterLast(String separator, int low, int high) {
    for (int cut = high; cut >= Math.max(low, separator.length()); cut--) {
      // A separator of the caller's may end within a character.
      if (text.startsWith(separator, cut - separator.length())
          && (cut >= text.length() || characters(cut, cut).isBoundary(cut))) {
        return cut;
      }
    }
    return NONE;
  }

  /** The block that a cut at {@code offset} would split; -1 if there is none. */
  private int blockAround(int offset) {
    int found = Arrays.binarySearch(blockStarts, offset);
    int before = found >= 0 ? found - 1 : -found - 2;
    return before >= 0 && blockEnds[before] > offset ? before : NONE;
  }
}
