package org.attunedb.server.ingest.sync;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.server.ingest.extract.Part;
import org.attunedb.server.ingest.extract.StructuredText;
import org.attunedb.server.ingest.split.Chunk;
import org.attunedb.server.ingest.split.TextSplitter;

/** The documents that a page becomes. Thread-safe. */
public final class PageDocuments {
  /** Metadata: the source that the document came by, by which ingestion knows its own. */
  public static final String INGEST = "ingest";

  /** Metadata: the page's address or the file's URI; of a JSON line with {@code #} and its id. */
  public static final String SOURCE = "source";

  /** Metadata: the page's title. */
  public static final String TITLE = "title";

  /** Metadata: the headings above the chunk, from the outermost inwards. */
  public static final String HEADINGS = "headings";

  /** Metadata: the chunk's number in its page, from 0. */
  public static final String CHUNK = "chunk";

  /** Metadata: the page of a PDF file on which the chunk begins, from 1. */
  public static final String PAGE = "page";

  /** Metadata: the names of further metadata that came with the text. */
  static final String GIVEN = "ingest_keys";

  private static final Set<String> OWN =
      Set.of(INGEST, SOURCE, TITLE, HEADINGS, CHUNK, PAGE, GIVEN);

  /** Longer titles and headings are cut: a store takes 32,000 bytes in one value. */
  private static final int LONGEST_TITLE = 300;

  private static final int MAX_SOURCE_BYTES = 480;
  private static final int KEPT_SOURCE_BYTES = 400;

  private final String source;
  private final TextSplitter splitter;

  /**
   * Makes documents of one source.
   *
   * @param source its address
   */
  public PageDocuments(String source, TextSplitter splitter) {
    this.source = source;
    this.splitter = splitter;
  }

  /**
   * The documents of a page's texts, in their order. Chunks of nothing but white space become none.
   *
   * @throws org.attunedb.core.error.InvalidInputException if a text's id or metadata can't be kept
   */
  public List<Document> of(String address, List<Part> parts) {
    List<Document> documents = new ArrayList<>();
    for (Part part : parts) {
      String name = part.name().isEmpty() ? address : address + "#" + part.name();
      StructuredText text = part.text();
      List<Chunk> chunks = splitter.split(text);
      int number = 0;
      for (Chunk chunk : chunks) {
        String content = chunk.of(text.text());
        if (!content.isBlank()) {
          documents.add(
              Document.of(id(name, number), content, metadata(name, part, chunk, number)));
          number++;
        }
      }
    }
    return documents;
  }

  /** The address of the page that a document is of; null for one without a source. */
  static String address(String source) {
    int part = source.indexOf('#');
    return part < 0 ? source : source.substring(0, part);
  }

  /**
   * Sums up what ingestion gave a document, the metadata that came with its text included, so that
   * a page's documents can be compared at once.
   */
  static long checksum(Document document) {
    Metadata.Builder own = Metadata.builder();
    Stream.concat(OWN.stream(), given(document).stream())
        .distinct()
        .sorted()
        .forEach(key -> document.metadata().get(key).ifPresent(value -> own.put(key, value)));
    String all =
        document.id() + "\0" + document.text() + "\0" + MetadataJson.write(own.build()).toString();
    return ByteBuffer.wrap(sha256(all)).getLong();
  }

  /** Sums up texts, whatever their titles. */
  public static String textHash(List<Part> parts) {
    StringBuilder all = new StringBuilder();
    parts.forEach(
        part -> all.append(part.name()).append('\0').append(part.text().text()).append('\0'));
    return HexFormat.of().formatHex(sha256(all.toString()), 0, 16);
  }

  /**
   * A document as it is to be stored over another: metadata that somebody else added to that one
   * stay.
   */
  static Document over(Document existing, Document desired) {
    Metadata.Builder metadata = Metadata.builder();
    desired.metadata().asMap().forEach(metadata::put);
    Set<String> given = given(existing);
    existing
        .metadata()
        .asMap()
        .forEach(
            (key, value) -> {
              boolean ours = OWN.contains(key) || given.contains(key);
              if (!ours && desired.metadata().get(key).isEmpty()) {
                metadata.put(key, value);
              }
            });
    return desired.withMetadata(metadata.build());
  }

  private static Set<String> given(Document document) {
    return document.metadata().get(GIVEN).orElse(null) instanceof MetadataValue.TextList list
        ? new HashSet<>(list.values())
        : Set.of();
  }

  private Metadata metadata(String name, Part part, Chunk chunk, int number) {
    Metadata.Builder metadata = Metadata.builder();
    metadata.put(SOURCE, name).put(TITLE, shortened(part.text().title()));
    if (!chunk.headings().isEmpty()) {
      metadata.put(HEADINGS, chunk.headings().stream().map(PageDocuments::shortened).toList());
    }
    metadata.put(CHUNK, number);
    int page = page(part.text().pages(), chunk.coreStart());
    if (page > 0) {
      metadata.put(PAGE, page);
    }
    List<String> given = new ArrayList<>();
    part.metadata()
        .asMap()
        .forEach(
            (key, value) -> {
              if (!OWN.contains(key)) {
                metadata.put(key, value);
                given.add(key);
              }
            });
    if (!given.isEmpty()) {
      metadata.put(GIVEN, given);
    }
    return metadata.put(INGEST, source).build();
  }

  private static int page(List<Integer> pages, int offset) {
    int page = 0;
    while (page < pages.size() && pages.get(page) <= offset) {
      page++;
    }
    return page;
  }

  /**
   * Of the source and the chunk's position; a long source is cut and ends with its hash. The same
   * in every locale: some have digits of their own.
   */
  private static String id(String name, int number) {
    String stem = name;
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_SOURCE_BYTES) {
      int end = name.length();
      while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > KEPT_SOURCE_BYTES) {
        end = name.offsetByCodePoints(end, -1);
      }
      stem = name.substring(0, end) + "~" + HexFormat.of().formatHex(sha256(name), 0, 16);
    }
    return String.format(Locale.ROOT, "%s#%04d", stem, number);
  }

  private static String shortened(String title) {
    return title.codePointCount(0, title.length()) <= LONGEST_TITLE
        ? title
        : title.substring(0, title.offsetByCodePoints(0, LONGEST_TITLE - 1)) + "…";
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
