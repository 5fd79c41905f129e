package org.attunedb.server.ingest.extract;

import java.util.Objects;
import org.attunedb.core.Metadata;

/**
 * One text of a page or file. Immutable.
 *
 * @param name tells it apart from other texts of the same file; empty where there is only one
 * @param text what is to be split
 * @param metadata what the file itself says of it
 */
public record Part(String name, StructuredText text, Metadata metadata) {
  /** Checks for nulls. */
  public Part {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(metadata, "metadata");
  }

  /** The only text of a file. */
  public static Part of(StructuredText text) {
    return new Part("", text, Metadata.empty());
  }
}
