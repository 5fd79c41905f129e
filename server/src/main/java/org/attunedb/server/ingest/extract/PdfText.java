package org.attunedb.server.ingest.extract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineNode;
import org.attunedb.server.ingest.extract.StructuredText.Heading;

/**
 * The text of a PDF file, with its bookmarks as headings. Pictures of text are not read. A file
 * that asks for more work than {@link PdfLimits} allow is not read at all.
 */
final class PdfText {
  private static final int DEEPEST = 6;

  private PdfText() {}

  /**
   * Reads a file.
   *
   * @throws UnreadableException if it is encrypted, damaged or too much work
   */
  static StructuredText of(byte[] bytes, String fallbackTitle) throws UnreadableException {
    return of(bytes, fallbackTitle, PdfLimits.DEFAULTS);
  }

  static StructuredText of(byte[] bytes, String fallbackTitle, PdfLimits limits)
      throws UnreadableException {
    PdfLimits.Watch watch = limits.watch();
    try (PDDocument document = Loader.loadPDF(bytes)) {
      return text(document, fallbackTitle, watch);
    } catch (InvalidPasswordException e) {
      throw new UnreadableException(
          "is encrypted, expected a PDF file that opens without a password", e);
    } catch (PdfLimits.Exceeded e) {
      throw new UnreadableException(e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      // Damage shows in many ways, not all of which PDFBox foresees.
      throw new UnreadableException("is damaged, expected a PDF file", e);
    } catch (OutOfMemoryError e) {
      // What a few bytes unpack to; the memory is free again when this is caught.
      throw new UnreadableException("needs more memory than there is", e);
    }
  }

  private static StructuredText text(
      PDDocument document, String fallbackTitle, PdfLimits.Watch watch) throws IOException {
    watch.pages(document.getNumberOfPages());
    PdfPages pages = PdfPages.of(document, watch);
    PDDocumentInformation information = document.getDocumentInformation();
    String title = information.getTitle() == null ? "" : Charsets.clean(information.getTitle());
    return new StructuredText(
        title.isBlank() ? fallbackTitle : title.strip(),
        pages.text(),
        new Bookmarks(document, pages.starts(), watch).headings(),
        List.of(),
        pages.starts());
  }

  /** Goes through the bookmarks of one document. */
  private static final class Bookmarks {
    private final PDDocument document;
    private final PdfLimits.Watch watch;
    private final IdentityHashMap<COSDictionary, Integer> starts = new IdentityHashMap<>();
    private final List<Heading> headings = new ArrayList<>();

    Bookmarks(PDDocument document, List<Integer> pageStarts, PdfLimits.Watch watch) {
      this.document = document;
      this.watch = watch;
      int number = 0;
      for (PDPage page : document.getPages()) {
        if (number < pageStarts.size()) {
          starts.putIfAbsent(page.getCOSObject(), pageStarts.get(number));
        }
        number++;
      }
    }

    List<Heading> headings() throws IOException {
      PDOutlineNode outline = document.getDocumentCatalog().getDocumentOutline();
      if (outline != null) {
        collect(outline, 1);
      }
      headings.sort(Comparator.comparingInt(Heading::offset));
      return headings;
    }

    /** Bookmarks may lead back to themselves, beside one another as well as into the depth. */
    private void collect(PDOutlineNode node, int level) throws IOException {
      for (PDOutlineItem item : node.children()) {
        if (!watch.bookmark()) {
          return;
        }
        PDPage page = item.findDestinationPage(document);
        Integer start = page == null ? null : starts.get(page.getCOSObject());
        String title = item.getTitle() == null ? "" : Charsets.clean(item.getTitle()).strip();
        if (start != null && !title.isEmpty()) {
          headings.add(new Heading(start, level, title));
        }
        if (level < DEEPEST) {
          collect(item, level + 1);
        }
      }
    }
  }
}
