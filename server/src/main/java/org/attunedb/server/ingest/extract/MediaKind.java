package org.attunedb.server.ingest.extract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What can be read. */
public enum MediaKind {
  /** Web pages. */
  HTML,
  /** Markdown. */
  MARKDOWN,
  /** Anything else that is text. */
  TEXT,
  /** PDF files with text. */
  PDF,
  /** A JSON object with a text on each line. */
  JSONL;

  private static final Map<String, MediaKind> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("html", HTML),
          Map.entry("htm", HTML),
          Map.entry("xhtml", HTML),
          Map.entry("md", MARKDOWN),
          Map.entry("mdx", MARKDOWN),
          Map.entry("markdown", MARKDOWN),
          Map.entry("txt", TEXT),
          Map.entry("text", TEXT),
          Map.entry("rst", TEXT),
          Map.entry("adoc", TEXT),
          Map.entry("org", TEXT),
          Map.entry("pdf", PDF),
          Map.entry("jsonl", JSONL),
          Map.entry("ndjson", JSONL));

  private static final Map<String, MediaKind> BY_TYPE =
      Map.ofEntries(
          Map.entry("text/html", HTML),
          Map.entry("application/xhtml+xml", HTML),
          Map.entry("text/markdown", MARKDOWN),
          Map.entry("text/x-markdown", MARKDOWN),
          Map.entry("text/plain", TEXT),
          Map.entry("application/pdf", PDF),
          Map.entry("application/jsonl", JSONL),
          Map.entry("application/x-ndjson", JSONL));

  /** The endings of file names that are known, sorted. */
  public static List<String> extensions() {
    return BY_EXTENSION.keySet().stream().sorted().toList();
  }

  /** By the ending of a file's name. */
  public static Optional<MediaKind> ofName(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0
        ? Optional.empty()
        : Optional.ofNullable(BY_EXTENSION.get(name.substring(dot + 1).toLowerCase(Locale.ROOT)));
  }

  /**
   * By what a server says.
   *
   * @param type a media type without parameters
   * @param path of the address: servers call Markdown and JSON lines plain text
   */
  public static Optional<MediaKind> ofType(String type, String path) {
    MediaKind kind = BY_TYPE.get(type.strip().toLowerCase(Locale.ROOT));
    return kind == TEXT
        ? Optional.of(ofName(path).filter(named -> named != HTML && named != PDF).orElse(TEXT))
        : Optional.ofNullable(kind);
  }
}
