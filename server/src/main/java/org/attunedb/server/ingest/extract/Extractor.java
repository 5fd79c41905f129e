package org.attunedb.server.ingest.extract;

import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads files of every kind. Stateless. */
public final class Extractor {
  /** Changes whenever the same bytes give another text, so that pages are read again. */
  public static final int VERSION = 1;

  private Extractor() {}

  /**
   * The texts of a file.
   *
   * @param declared the character set that came with the bytes; not used for PDF
   * @param fallbackTitle for a text that has no title, usually the file's name
   * @throws UnreadableException for a PDF or JSONL file that is not one, and for a file of any kind
   *     whose parts are nested more deeply than can be followed
   */
  public static List<Part> read(
      byte[] bytes, MediaKind kind, @Nullable Charset declared, String fallbackTitle)
      throws UnreadableException {
    try {
      return parts(bytes, kind, declared, fallbackTitle);
    } catch (StackOverflowError e) {
      throw tooDeep(e);
    }
  }

  /**
   * A web page, as {@link HtmlPage#read} reads it.
   *
   * @throws UnreadableException for one whose parts are nested more deeply than can be followed
   */
  public static HtmlPage page(
      byte[] bytes, @Nullable Charset declared, String address, String fallbackTitle)
      throws UnreadableException {
    try {
      return HtmlPage.read(bytes, declared, address, fallbackTitle);
    } catch (StackOverflowError e) {
      throw tooDeep(e);
    }
  }

  private static UnreadableException tooDeep(StackOverflowError cause) {
    return new UnreadableException("is nested too deeply to be read", cause);
  }

  private static List<Part> parts(
      byte[] bytes, MediaKind kind, @Nullable Charset declared, String fallbackTitle)
      throws UnreadableException {
    return switch (kind) {
      case HTML -> List.of(Part.of(HtmlPage.read(bytes, declared, "", fallbackTitle).text()));
      case MARKDOWN ->
          List.of(Part.of(MarkdownText.of(Charsets.decode(bytes, declared), fallbackTitle)));
      case TEXT ->
          List.of(Part.of(StructuredText.plain(fallbackTitle, Charsets.decode(bytes, declared))));
      case PDF -> List.of(Part.of(PdfText.of(bytes, fallbackTitle)));
      case JSONL -> JsonlParts.of(Charsets.decode(bytes, declared), fallbackTitle);
    };
  }
}
