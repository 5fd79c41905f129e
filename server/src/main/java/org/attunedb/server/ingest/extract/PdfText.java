package org.attunedb.server.ingest.extract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineNode;
import org.apache.pdfbox.text.PDFTextStripper;
import org.attunedb.server.ingest.extract.StructuredText.Heading;

/** The text of a PDF file, with its bookmarks as headings. Pictures of text are not read. */
final class PdfText {
  private static final int DEEPEST = 6;

  /** Against bookmarks that lead back to themselves. */
  private static final int MOST_BOOKMARKS = 10_000;

  private PdfText() {}

  /**
   * Reads a file.
   *
   * @throws UnreadableException if it is encrypted or damaged
   */
  static StructuredText of(byte[] bytes, String fallbackTitle) throws UnreadableException {
    try (PDDocument document = Loader.loadPDF(bytes)) {
      return text(document, fallbackTitle);
    } catch (InvalidPasswordException e) {
      throw new UnreadableException(
          "is encrypted, expected a PDF file that opens without a password", e);
    } catch (IOException | RuntimeException e) {
      // Damage shows in many ways, not all of which PDFBox foresees.
      throw new UnreadableException("is damaged, expected a PDF file", e);
    }
  }

  private static StructuredText text(PDDocument document, String fallbackTitle) throws IOException {
    PDFTextStripper stripper = new PDFTextStripper();
    stripper.setLineSeparator("\n");
    stripper.setParagraphEnd("\n");
    stripper.setSortByPosition(true);
    StringBuilder text = new StringBuilder();
    List<Integer> pages = new ArrayList<>();
    for (int page = 1; page <= document.getNumberOfPages(); page++) {
      stripper.setStartPage(page);
      stripper.setEndPage(page);
      pages.add(text.length());
      String content = Charsets.clean(stripper.getText(document)).strip();
      text.append(content).append(content.isEmpty() ? "" : "\n\n");
    }
    PDDocumentInformation information = document.getDocumentInformation();
    String title = information.getTitle() == null ? "" : Charsets.clean(information.getTitle());
    return new StructuredText(
        title.isBlank() ? fallbackTitle : title.strip(),
        text.toString(),
        headings(document, pages),
        List.of(),
        pages);
  }

  private static List<Heading> headings(PDDocument document, List<Integer> pages)
      throws IOException {
    List<Heading> headings = new ArrayList<>();
    PDOutlineNode outline = document.getDocumentCatalog().getDocumentOutline();
    if (outline != null) {
      collect(document, outline, 1, pages, headings);
    }
    headings.sort(Comparator.comparingInt(Heading::offset));
    return headings;
  }

  private static void collect(
      PDDocument document,
      PDOutlineNode node,
      int level,
      List<Integer> pages,
      List<Heading> headings)
      throws IOException {
    for (PDOutlineItem item : node.children()) {
      if (headings.size() >= MOST_BOOKMARKS) {
        return;
      }
      PDPage page = item.findDestinationPage(document);
      int index = page == null ? -1 : document.getPages().indexOf(page);
      String title = item.getTitle() == null ? "" : Charsets.clean(item.getTitle()).strip();
      if (index >= 0 && !title.isEmpty()) {
        headings.add(new Heading(pages.get(index), level, title));
      }
      if (level < DEEPEST) {
        collect(document, item, level + 1, pages, headings);
      }
    }
  }
}
