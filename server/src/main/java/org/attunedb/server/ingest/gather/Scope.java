package org.attunedb.server.ingest.gather;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.attunedb.server.ingest.extract.MediaKind;

/**
 * Which addresses belong to a site: those of the first page's scheme, host and port whose path
 * begins with the first page's folder. A last part is taken for a folder unless it ends as pages
 * and files do: {@code 3.12} is a folder. Nothing else is ever asked for, wherever links and
 * redirects lead. Immutable.
 */
final class Scope {
  /** Endings of pages besides those of files that are known by their names. */
  private static final Set<String> PAGES =
      Set.of(
          "asp", "aspx", "cfm", "cgi", "do", "json", "jsp", "jspx", "php", "phtml", "pl", "py",
          "rb", "rss", "shtml", "xml");

  private final URI base;
  private final String folder;

  Scope(URI base) {
    this.base = base;
    String path = base.getRawPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    this.folder =
        last.isEmpty() || isPage(last)
            ? path.substring(0, path.length() - last.length())
            : path + "/";
  }

  private static boolean isPage(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return MediaKind.ofName(name).isPresent() || (name.contains(".") && PAGES.contains(ending));
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

  @Override
  public String toString() {
    return base.getScheme() + "://" + base.getRawAuthority() + folder;
  }
}
