package org.attunedb.server.ingest.extract;

import java.time.Duration;

/**
 * How much work one PDF file may be: a few bytes can ask for any amount of it. Loading the file
 * itself is bounded by its length only. Immutable.
 *
 * @param pages of the file
 * @param glyphs on all pages
 * @param glyphsOfPage on one page, which are held in memory together
 * @param bookmarks looked at, however often; further ones are passed over
 * @param time for all of it, looked at between two steps
 */
record PdfLimits(int pages, int glyphs, int glyphsOfPage, int bookmarks, Duration time) {
  static final PdfLimits DEFAULTS =
      new PdfLimits(20_000, 32_000_000, 500_000, 10_000, Duration.ofMinutes(2));

  /** Begins to count. */
  Watch watch() {
    return new Watch(System.nanoTime());
  }

  /** A file goes beyond a limit. Unchecked, because PDFBox goes on after most checked ones. */
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    Exceeded(String problem) {
      super(problem);
      this.problem = problem;
    }

    /** Never null, unlike the inherited method's. */
    @Override
    public String getMessage() {
      return problem;
    }
  }

  /** Counts one file's work. Not thread-safe. */
  final class Watch {
    private final long start;
    private int allGlyphs;
    private int pageGlyphs;
    private int seenBookmarks;

    private Watch(long start) {
      this.start = start;
    }

    void pages(int number) {
      require("pages", number, pages);
    }

    void page(int number) {
      pages(number);
      pageGlyphs = 0;
      step();
    }

    void glyph() {
      require("characters on a page", ++pageGlyphs, glyphsOfPage);
      require("characters", ++allGlyphs, glyphs);
    }

    /** False when there were enough; the text is worth having all the same. */
    boolean bookmark() {
      step();
      return ++seenBookmarks <= bookmarks;
    }

    void step() {
      if (System.nanoTime() - start > time.toNanos()) {
        throw new Exceeded("takes more than %s s to read".formatted(time.toSeconds()));
      }
    }

    private static void require(String what, int number, int most) {
      if (number > most) {
        throw new Exceeded("has more than %s %s".formatted(most, what));
      }
    }
  }
}
