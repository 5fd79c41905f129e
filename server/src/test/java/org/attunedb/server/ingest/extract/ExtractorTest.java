package org.attunedb.server.ingest.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.attunedb.core.Metadata;
import org.attunedb.server.ingest.extract.StructuredText.Heading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtractorTest {
  private static List<Part> read(MediaKind kind, byte[] bytes) throws UnreadableException {
    return Extractor.read(bytes, kind, null, "file");
  }

  private static List<Part> read(MediaKind kind, String text) throws UnreadableException {
    return read(kind, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_markdown_keepsTheTextAndKnowsItsStructure() throws UnreadableException {
    String markdown =
        """
        ---
        title: The guide
        ---
        # Start *here*

        Text.

        ```java
        # not a heading
        ```

        Second `part`
        -------------

        | a | b |
        |---|---|
        | 1 | 2 |

            indented code
        """;

    StructuredText text = read(MediaKind.MARKDOWN, markdown).getFirst().text();

    assertThat(text.text()).isEqualTo(markdown);
    assertThat(text.title()).isEqualTo("The guide");
    assertThat(text.headings())
        .containsExactly(
            new Heading(markdown.indexOf("# Start"), 1, "Start here"),
            new Heading(markdown.indexOf("Second"), 2, "Second part"));
    assertThat(text.blocks().stream().map(b -> markdown.substring(b.start(), b.end())))
        .containsExactly(
            "```java\n# not a heading\n```",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "    indented code");
  }

  @Test
  void read_markdownWithoutFrontMatter_isCalledByItsFirstHeading() throws UnreadableException {
    assertThat(read(MediaKind.MARKDOWN, "x\n\n# H\n").getFirst().text().title()).isEqualTo("H");
    assertThat(read(MediaKind.MARKDOWN, "x").getFirst().text().title()).isEqualTo("file");
  }

  @Test
  void read_jsonl_isATextForEachLine() throws UnreadableException {
    List<Part> parts =
        read(
            MediaKind.JSONL,
            """
            {"id": "a", "title": "T", "text": "# H\\n\\none", "metadata": {"year": 2026}}

            {"_id": "b", "text": "two"}
            {"text": "three"}
            """);

    assertThat(parts.stream().map(Part::name)).containsExactly("a", "b", "4");
    assertThat(parts.getFirst().text().title()).isEqualTo("T");
    assertThat(parts.getFirst().text().headings()).containsExactly(new Heading(0, 1, "H"));
    assertThat(parts.getFirst().metadata()).isEqualTo(Metadata.builder().put("year", 2026).build());
    assertThat(parts.get(1).text().title()).isEqualTo("file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"text\": 1} | line 1: field 'text' is not a string",
        "{\"id\": \"a\"} | line 1: field 'text' is missing, expected a string",
        "{\"text\": \"x\", \"url\": \"y\"} | line 1: field 'url' is unknown, expected id, title, text or metadata",
        "{\"text\": \"x\", \"metadata\": 3} | line 1: field 'metadata' is not an object",
      })
  void read_jsonlWithAFault_namesTheLine(String line, String message) {
    assertThatThrownBy(() -> read(MediaKind.JSONL, line))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(message);
    assertThatThrownBy(
            () ->
                read(MediaKind.JSONL, "{\"id\":\"a\",\"text\":\"\"}\n{\"id\":\"a\",\"text\":\"\"}"))
        .hasMessage("line 2: id 'a' comes twice");
  }

  @Test
  void read_pdf_isItsPagesWithBookmarksAsHeadings() throws IOException {
    StructuredText text = read(MediaKind.PDF, pdf(false)).getFirst().text();

    assertThat(text.text()).isEqualTo("Page one text\n\nPage two text\n\n");
    assertThat(text.pages()).containsExactly(0, 15);
    assertThat(text.title()).isEqualTo("The manual");
    assertThat(text.headings())
        .containsExactly(new Heading(0, 1, "Chapter 1"), new Heading(15, 1, "Chapter 2"));
  }

  @Test
  void read_pdfThatCantBeRead_saysWhy() throws IOException {
    byte[] encrypted = pdf(true);

    assertThatThrownBy(() -> read(MediaKind.PDF, encrypted))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("is encrypted, expected a PDF file that opens without a password");
    assertThatThrownBy(() -> read(MediaKind.PDF, "no PDF"))
        .hasMessage("is damaged, expected a PDF file");
  }

  private static byte[] pdf(boolean encrypted) throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.getDocumentInformation().setTitle("The manual");
      PDDocumentOutline outline = new PDDocumentOutline();
      document.getDocumentCatalog().setDocumentOutline(outline);
      for (String number : List.of("one", "two")) {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          content.beginText();
          content.setFont(new PDType1Font(FontName.HELVETICA), 12);
          content.newLineAtOffset(50, 700);
          content.showText("Page " + number + " text");
          content.endText();
        }
        PDOutlineItem item = new PDOutlineItem();
        item.setTitle("Chapter " + document.getNumberOfPages());
        item.setDestination(page);
        outline.addLast(item);
      }
      if (encrypted) {
        document.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      return out.toByteArray();
    }
  }

  /** Bytes of a PDF file that somebody builds. */
  private interface Building {
    void into(PDDocument document) throws IOException;
  }

  private static byte[] pdf(Building building) throws IOException {
    try (PDDocument document = new PDDocument()) {
      building.into(document);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      return out.toByteArray();
    }
  }

  private static void write(PDDocument document, PDPage page, String text) throws IOException {
    try (PDPageContentStream content = new PDPageContentStream(document, page)) {
      content.beginText();
      content.setFont(new PDType1Font(FontName.HELVETICA), 12);
      content.newLineAtOffset(50, 700);
      content.showText(text);
      content.endText();
    }
  }

  /** Each bookmark has the same six below it, and so on, and the last is followed by the first. */
  @Test
  @Timeout(60)
  void read_pdfWhoseBookmarksLeadInCircles_isReadAllTheSame() throws IOException {
    byte[] bytes =
        pdf(
            document -> {
              PDPage page = new PDPage();
              document.addPage(page);
              write(document, page, "text");
              PDDocumentOutline outline = new PDDocumentOutline();
              document.getDocumentCatalog().setDocumentOutline(outline);
              List<COSDictionary> items = new ArrayList<>();
              for (int i = 0; i < 60; i++) {
                PDOutlineItem item = new PDOutlineItem();
                outline.addLast(item);
                items.add(item.getCOSObject());
              }
              items.forEach(item -> item.setItem(COSName.FIRST, items.getFirst()));
              items.getLast().setItem(COSName.NEXT, items.getFirst());
            });

    assertThat(read(MediaKind.PDF, bytes).getFirst().text().text()).isEqualTo("text\n\n");
  }

  @Test
  void read_pdfWithBlankPages_countsThem() throws IOException {
    byte[] bytes =
        pdf(
            document -> {
              document.addPage(new PDPage());
              PDPage page = new PDPage();
              document.addPage(page);
              write(document, page, "second");
              document.addPage(new PDPage());
            });

    assertThat(read(MediaKind.PDF, bytes).getFirst().text().pages()).containsExactly(0, 0, 8);
  }

  @Test
  void read_pdfBeyondALimit_saysWhich() throws IOException {
    byte[] bytes =
        pdf(
            document -> {
              for (int i = 0; i < 3; i++) {
                PDPage page = new PDPage();
                document.addPage(page);
                write(document, page, "ten signs.");
              }
            });

    Duration hour = Duration.ofHours(1);
    requireRefused(bytes, new PdfLimits(2, 99, 99, 9, hour), "has more than 2 pages");
    requireRefused(bytes, new PdfLimits(3, 29, 99, 9, hour), "has more than 29 characters");
    requireRefused(bytes, new PdfLimits(3, 99, 9, 9, hour), "has more than 9 characters on a page");
    requireRefused(
        bytes, new PdfLimits(3, 99, 99, 9, Duration.ZERO), "takes more than 0 s to read");
    assertThat(PdfText.of(bytes, "file", new PdfLimits(3, 30, 10, 9, hour)).pages()).hasSize(3);
  }

  private static void requireRefused(byte[] bytes, PdfLimits limits, String message) {
    assertThatThrownBy(() -> PdfText.of(bytes, "file", limits))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(message);
  }

  /** The same form ten times in each form: 10^9 times the innermost. */
  @Test
  @Timeout(60)
  void read_pdfThatMultipliesItself_endsInTime() throws IOException {
    byte[] bytes =
        pdf(
            document -> {
              PDPage page = new PDPage();
              document.addPage(page);
              PDFormXObject inner = new PDFormXObject(document);
              try (OutputStream out = inner.getStream().createOutputStream()) {
                out.write("q Q\n".getBytes(StandardCharsets.US_ASCII));
              }
              for (int i = 0; i < 9; i++) {
                PDFormXObject outer = new PDFormXObject(document);
                PDResources resources = new PDResources();
                COSName name = resources.add(inner);
                outer.setResources(resources);
                try (OutputStream out = outer.getStream().createOutputStream()) {
                  out.write(
                      ("/" + name.getName() + " Do\n")
                          .repeat(10)
                          .getBytes(StandardCharsets.US_ASCII));
                }
                inner = outer;
              }
              try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.drawForm(inner);
              }
            });

    requireRefused(
        bytes,
        new PdfLimits(9, 9_999, 9_999, 9, Duration.ofSeconds(2)),
        "takes more than 2 s to read");
  }

  @Test
  @Timeout(60)
  void read_textNestedWithoutEnd_isReadOrRefusedButNothingElse() throws UnreadableException {
    String quotes = ">".repeat(100_000) + " end\n\n# Heading\n";

    StructuredText text = read(MediaKind.MARKDOWN, quotes).getFirst().text();

    assertThat(text.text()).isEqualTo(quotes);
    assertThat(text.headings().getLast().text()).isEqualTo("Heading");
    for (String nested :
        List.of("*a **b ".repeat(50_000) + "** *".repeat(50_000), "![".repeat(100_000) + "](x)")) {
      requireReadOrRefused(MediaKind.MARKDOWN, nested);
    }
    requireReadOrRefused(MediaKind.HTML, "<div>".repeat(100_000) + "text");
    requireReadOrRefused(MediaKind.HTML, "<ul><li>".repeat(50_000) + "text");
  }

  private static void requireReadOrRefused(MediaKind kind, String text) {
    try {
      assertThat(read(kind, text)).hasSize(1);
    } catch (UnreadableException e) {
      assertThat(e).hasMessage("is nested too deeply to be read");
    }
  }

  @Test
  void decode_bytesOfManyKinds_areReadAsTheyWereMeant() {
    String german = "Größe und Übermaß, ständig geprüft für schöne Bücher";
    String marked = "\uFEFF" + german;
    Charset latin = Charset.forName("windows-1252");
    Charset shiftJis = Charset.forName("Shift_JIS");
    String japanese = "これは日本語の文章です。検索のための説明を書きます。";

    assertThat(Charsets.decode(german.getBytes(StandardCharsets.UTF_8), null)).isEqualTo(german);
    assertThat(Charsets.decode(german.getBytes(latin), null)).isEqualTo(german);
    assertThat(Charsets.decode(japanese.getBytes(shiftJis), null)).isEqualTo(japanese);
    assertThat(Charsets.decode(german.getBytes(latin), StandardCharsets.UTF_8)).isEqualTo(german);
    assertThat(Charsets.decode(marked.getBytes(StandardCharsets.UTF_16LE), latin))
        .isEqualTo(german);
    assertThat(Charsets.decode(marked.getBytes(StandardCharsets.UTF_16BE), null)).isEqualTo(german);
    assertThat(Charsets.decode("\uFEFFa\r\nb\rc\0".getBytes(StandardCharsets.UTF_8), null))
        .isEqualTo("a\nb\nc");
    assertThat(Charsets.named("iso-8859-1")).contains(latin);
    assertThat(Charsets.named("no such")).isEmpty();
  }

  @Test
  void decode_oneStrayByteInUtf8_spoilsOneCharacter() {
    byte[] bytes = "schön übel größer".getBytes(StandardCharsets.UTF_8);
    bytes[0] = (byte) 0xFF;

    assertThat(Charsets.decode(bytes, StandardCharsets.UTF_8)).isEqualTo("\uFFFDchön übel größer");
  }

  @Test
  void read_htmlThatDeclaresItsCharset_isReadByIt() throws UnreadableException {
    Charset greek = Charset.forName("ISO-8859-7");
    String html = "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-7'><p>Ελλάδα";

    assertThat(read(MediaKind.HTML, html.getBytes(greek)).getFirst().text().text())
        .isEqualTo("Ελλάδα");
  }
}
