package org.attunedb.server.ingest.extract;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** Takes the text of pages, in one go through the file. Used once, by one thread. */
final class PdfPages extends PDFTextStripper {
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> starts = new ArrayList<>();
  private final StringWriter page = new StringWriter();
  private final PdfLimits.Watch watch;

  private PdfPages(PdfLimits.Watch watch) {
    this.watch = watch;
    setLineSeparator("\n");
    setParagraphEnd("\n");
    setSortByPosition(true);
  }

  static PdfPages of(PDDocument document, PdfLimits.Watch watch) throws IOException {
    PdfPages pages = new PdfPages(watch);
    pages.writeText(document, pages.page);
    // The last pages may be blank.
    pages.begin(document.getNumberOfPages());
    return pages;
  }

  /** Of all pages. */
  String text() {
    return text.toString();
  }

  /** Where pages begin in the text. */
  List<Integer> starts() {
    return starts;
  }

  /** Blank pages are passed over without a word. */
  private void begin(int number) {
    while (starts.size() < number) {
      starts.add(text.length());
    }
  }

  @Override
  protected void startPage(PDPage started) {
    watch.page(getCurrentPageNo());
    begin(getCurrentPageNo());
  }

  @Override
  protected void endPage(PDPage ended) {
    String content = Charsets.clean(page.toString()).strip();
    page.getBuffer().setLength(0);
    text.append(content).append(content.isEmpty() ? "" : "\n\n");
  }

  @Override
  protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
    watch.step();
    super.processOperator(operator, operands);
  }

  @Override
  protected void processTextPosition(TextPosition position) {
    watch.glyph();
    super.processTextPosition(position);
  }
}
