package org.attunedb.server.ingest.gather;

import crawlercommons.filters.basic.BasicURLNormalizer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that mean the same page become the same text: case of the host, default ports, dots and
 * escapes in the path, the fragment, and parameters that only track visitors. Not thread-safe.
 */
final class Addresses {
  private static final List<String> TRACKING =
      List.of(
          "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id",
          "gclid", "fbclid", "msclkid", "mc_cid", "mc_eid", "PHPSESSID", "jsessionid");

  private final BasicURLNormalizer normalizer =
      BasicURLNormalizer.newBuilder().queryParamsToRemove(TRACKING).build();

  /** The normal form of an absolute address; empty if it is none of the web. */
  Optional<URI> normal(String address) {
    String normal = normalizer.filter(address.strip());
    if (normal == null) {
      return Optional.empty();
    }
    int fragment = normal.indexOf('#');
    try {
      URI uri = new URI(fragment < 0 ? normal : normal.substring(0, fragment));
      boolean web =
          ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getRawUserInfo() == null;
      return web ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
