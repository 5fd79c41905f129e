package org.attunedb.server.ingest.split;

import java.util.List;

/**
 * A part of a text. Offsets count UTF-16 characters.
 *
 * @param start first character
 * @param coreStart first character that the chunk before does not have
 * @param end after the last character
 * @param headings the headings that the core stands under, from the outermost inwards
 */
public record Chunk(int start, int coreStart, int end, List<String> headings) {
  /** Copies the list. */
  public Chunk {
    headings = List.copyOf(headings);
  }

  /** The chunk's characters. */
  public String of(String text) {
    return text.substring(start, end);
  }
}
