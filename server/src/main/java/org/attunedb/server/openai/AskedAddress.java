package org.attunedb.server.openai;

import java.net.URI;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Where a kind of request goes. Immutable.
 *
 * @param baseUrl as it was given
 * @param resource below it, such as {@code embeddings}
 */
record AskedAddress(URI baseUrl, String resource) {
  private static final Pattern VERSION = Pattern.compile("v\\d.*");

  /** For a service that does not know the address: which it is, and what it may lack. */
  String told() {
    return "; asked was POST " + base() + "/" + resource + missing();
  }

  /** For an answer of something else than the API; empty if the address has the usual form. */
  String doubted() {
    return missing().isEmpty() ? "" : told();
  }

  /** Services have the version in their path, mostly as its end, which is easily left out. */
  private String missing() {
    return hasVersion()
        ? ""
        : ", but the base URL of such a service mostly ends with /v1: " + base() + "/v1";
  }

  private boolean hasVersion() {
    String path = baseUrl.getPath() == null ? "" : baseUrl.getPath();
    return Arrays.stream(path.split("/")).anyMatch(part -> VERSION.matcher(part).matches());
  }

  private String base() {
    String shown = EndpointRules.shown(baseUrl);
    return shown.endsWith("/") ? shown.substring(0, shown.length() - 1) : shown;
  }
}
