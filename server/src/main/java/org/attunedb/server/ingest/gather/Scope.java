package org.attunedb.server.ingest.gather;

import java.net.URI;
import java.util.Objects;

/**
 * Which addresses belong to a site: those of the first page's scheme, host and port whose path
 * begins with the first page's folder. A last part without a dot is taken for a folder. Nothing
 * else is ever asked for, wherever links and redirects lead. Immutable.
 */
final class Scope {
  private final URI base;
  private final String folder;

  Scope(URI base) {
    this.base = base;
    String path = base.getRawPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    this.folder =
        last.isEmpty() || last.contains(".")
            ? path.substring(0, path.length() - last.length())
            : path + "/";
  }

  boolean contains(URI address) {
    return Objects.equals(address.getScheme(), base.getScheme())
        && Objects.equals(address.getHost(), base.getHost())
        && address.getPort() == base.getPort()
        && (address.getRawPath().startsWith(folder)
            || address.getRawPath().equals(base.getRawPath()));
  }

  /** Whether it is the site's front page or the page where the crawl begins. */
  boolean isFront(URI address) {
    return address.getRawPath().equals("/")
        || address.getRawPath().equals(base.getRawPath())
        || address.getRawPath().equals(folder);
  }

  URI base() {
    return base;
  }
}
