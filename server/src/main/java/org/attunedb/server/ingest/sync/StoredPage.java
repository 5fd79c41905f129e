package org.attunedb.server.ingest.sync;

import java.util.List;

/**
 * What a collection holds of a page.
 *
 * @param ids of its documents
 * @param checksum sum of its documents' checksums
 */
public record StoredPage(List<String> ids, long checksum) {
  /** Copies the list. */
  public StoredPage {
    ids = List.copyOf(ids);
  }
}
