package org.attunedb.server.ingest.gather;

import java.net.URI;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of a request. */
sealed interface Answer {
  /**
   * A page.
   *
   * @param robotsTags what its headers ask of crawlers
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
  record Page(
      byte[] bytes,
      String mediaType,
      @Nullable Charset charset,
      Validators validators,
      List<String> robotsTags)
      implements Answer {}

  /** The page is as the validators say. */
  record NotModified(List<String> robotsTags) implements Answer {}

  /** Another address. */
  record Redirect(URI target) implements Answer {}

  /** There is no such page. */
  record NotFound(int status) implements Answer {}

  /** A body that is not wanted: of another kind, or too long. */
  record Unwanted(Visit.Reason reason, String detail) implements Answer {}

  /**
   * No answer that means anything for the page.
   *
   * @param status of HTTP; empty if there was none
   */
  record Failure(String problem, Optional<Integer> status) implements Answer {}
}
