package org.attunedb.server.ingest.split;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.server.ingest.extract.StructuredText;
import org.attunedb.server.ingest.extract.StructuredText.Heading;

/**
 * Splits a text from its beginning to its end. The cores of the chunks are a partition of the text,
 * so no character is lost; a chunk begins up to the overlap before its core.
 *
 * <p>Each cut is made at the best place in reach: the last beginning of a heading, else after the
 * last occurrence of the first separator, and so on down to any character. A place is in reach if
 * the chunk keeps within its limit, and good if the chunk is at least a quarter full. Code blocks
 * and tables are cut only if they are longer than a chunk; surrogate pairs never, and grapheme
 * clusters only if one alone is longer than a chunk.
 *
 * <p>What follows a chunk by more than its limit has no influence on it: text appended to a page
 * leaves all chunks but the last ones as they are. Thread-safe.
 */
public final class TextSplitter {
  private static final int LEAST_FILL = 4;

  private final SplitOptions options;

  /** A splitter with these options. */
  public TextSplitter(SplitOptions options) {
    this.options = options;
  }

  /** The chunks in their order; none of an empty text. */
  public List<Chunk> split(StructuredText text) {
    CutFinder cuts = new CutFinder(text, options.separators());
    HeadingPath headings = new HeadingPath(text.headings());
    int length = text.text().length();
    List<Chunk> chunks = new ArrayList<>();
    int core = 0;
    while (core < length) {
      int start = core == 0 ? 0 : overlapStart(cuts, core, chunks.getLast().coreStart());
      int limit = start + options.maxChars();
      int end = length <= limit ? length : cut(cuts, core, limit);
      chunks.add(new Chunk(start, core, end, headings.at(core)));
      core = end;
    }
    return chunks;
  }

  /** In the chunk before, at a word's beginning, so that the repetition can be read. */
  private int overlapStart(CutFinder cuts, int core, int previousCore) {
    int earliest = Math.max(core - options.overlap(), previousCore);
    return earliest >= core ? core : cuts.overlapStart(earliest, core);
  }

  private int cut(CutFinder cuts, int core, int limit) {
    int full = core + Math.max(1, (limit - core) / LEAST_FILL);
    int cut = cuts.lastOutsideBlocks(full, limit);
    if (cut < 0) {
      cut = cuts.lastOutsideBlocks(core + 1, limit);
    }
    if (cut < 0) {
      cut = cuts.lastAnywhere(full, limit);
    }
    // A grapheme cluster longer than a chunk: at least its code points stay whole.
    return cut < 0 ? cuts.codePointAtOrBefore(limit, core) : cut;
  }

  /** Which headings hold at a place; asked in ascending order. */
  private static final class HeadingPath {
    private final List<Heading> headings;
    private final List<Heading> open = new ArrayList<>();
    private int next;

    HeadingPath(List<Heading> headings) {
      this.headings = headings;
    }

    List<String> at(int offset) {
      while (next < headings.size() && headings.get(next).offset() <= offset) {
        Heading heading = headings.get(next);
        open.removeIf(outer -> outer.level() >= heading.level());
        open.add(heading);
        next++;
      }
      return open.stream().map(Heading::text).toList();
    }
  }
}
