package org.attunedb.server.ingest.gather;

import org.jspecify.annotations.Nullable;

/**
 * By what a page is known again.
 *
 * @param etag as the server gave it
 * @param lastModified as the server gave it
 * @param contentHash SHA-256 of the bytes, in hexadecimal digits
 */
public record Validators(@Nullable String etag, @Nullable String lastModified, String contentHash) {
  /** Of a page that is to be read anew in any case. */
  public static Validators none() {
    return new Validators(null, null, "");
  }
}
