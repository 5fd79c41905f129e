package org.attunedb.server.ingest.extract;

import java.nio.charset.Charset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * A web page: its text, and what it says to crawlers. Immutable once read.
 *
 * @param text the page's own content
 * @param links absolute addresses in the order in which they appear, each once
 * @param canonical the address that the page gives itself
 * @param index whether it wants to be found
 * @param follow whether it lets its links be followed
 */
public record HtmlPage(
    StructuredText text,
    List<String> links,
    Optional<String> canonical,
    boolean index,
    boolean follow) {
  private static final Pattern REFRESH =
      Pattern.compile(
          "\\s*\\d*[.\\d]*\\s*[;,]\\s*url\\s*=\\s*['\"]?([^'\"]+)['\"]?\\s*",
          Pattern.CASE_INSENSITIVE);

  /** Copies the list. */
  public HtmlPage {
    links = List.copyOf(links);
  }

  /**
   * Reads a page; whatever the bytes are, something is read.
   *
   * @param declared the character set that came with the bytes
   * @param address absolute, to resolve links with
   * @param fallbackTitle for a page that has none
   */
  static HtmlPage read(
      byte[] bytes, @Nullable Charset declared, String address, String fallbackTitle) {
    Document document = Jsoup.parse(HtmlCharset.decode(bytes, declared), address);
    RobotsDirectives asked =
        RobotsDirectives.of(
            document.select("meta[name=robots], meta[name=attune]").eachAttr("content"), List.of());
    // Before the text is made of it, which takes the page apart.
    Set<String> links = asked.follow() ? links(document) : Set.of();
    Optional<String> canonical = canonical(document);
    StructuredText text = HtmlText.of(document, fallbackTitle);
    return new HtmlPage(text, List.copyOf(links), canonical, asked.index(), asked.follow());
  }

  private static Set<String> links(Document document) {
    Set<String> links = new LinkedHashSet<>();
    for (Element meta : document.select("meta[http-equiv=refresh]")) {
      Matcher target = REFRESH.matcher(meta.attr("content"));
      if (target.matches()) {
        meta.attr("refresh", target.group(1).strip());
        add(links, meta.absUrl("refresh"));
      }
    }
    for (Element link :
        document.select("a[href], area[href], frame[src], link[rel=next], link[rel=prev]")) {
      boolean refused = link.attr("rel").toLowerCase(Locale.ROOT).contains("nofollow");
      if (!refused) {
        add(links, link.absUrl(link.hasAttr("href") ? "href" : "src"));
      }
    }
    return links;
  }

  private static void add(Set<String> links, String address) {
    if (address.startsWith("http://") || address.startsWith("https://")) {
      links.add(address);
    }
  }

  private static Optional<String> canonical(Document document) {
    return Optional.ofNullable(document.selectFirst("link[rel=canonical][href]"))
        .map(link -> link.absUrl("href"))
        .filter(address -> !address.isEmpty());
  }
}
