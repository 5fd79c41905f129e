package org.attunedb.server.ingest.extract;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.Elements;

/**
 * A page's own content in the notation of Markdown: headings, lists, tables, quotations and code
 * keep their form, links and pictures become their texts. What stands around the content on every
 * page of a site (navigation, headers, footers, side bars) is left out. Not thread-safe.
 */
final class HtmlText {
  private static final Set<String> WITHOUT_TEXT =
      Set.of(
          "script",
          "style",
          "noscript",
          "template",
          "svg",
          "iframe",
          "object",
          "canvas",
          "audio",
          "video",
          "head",
          "button",
          "input",
          "select",
          "textarea",
          "nav",
          "dialog",
          "map");

  private static final Set<String> BLOCKS =
      Set.of(
          "address",
          "article",
          "aside",
          "center",
          "details",
          "div",
          "fieldset",
          "figcaption",
          "figure",
          "footer",
          "form",
          "header",
          "hgroup",
          "main",
          "section",
          "summary",
          "tbody",
          "tr",
          "td",
          "th",
          "caption",
          "legend",
          "body");

  /** Class names and ids that frames of pages carry on the web, outside of their content. */
  private static final Set<String> AROUND =
      Set.of(
          "nav",
          "navbar",
          "navigation",
          "menu",
          "sidebar",
          "breadcrumb",
          "breadcrumbs",
          "footer",
          "site-footer",
          "site-header",
          "skip-link",
          "cookie-banner",
          "toc");

  private static final Set<String> ANCHORS =
      Set.of("headerlink", "anchor", "anchorjs-link", "heading-anchor", "permalink", "hash-link");

  private final TextBuilder out = new TextBuilder();

  private HtmlText() {}

  /** Takes the document apart: it can't be used for anything else afterwards. */
  static StructuredText of(Document document, String fallbackTitle) {
    Element content = content(document);
    String title = title(document, content, fallbackTitle);
    HtmlText text = new HtmlText();
    text.children(content);
    return text.out.build(title);
  }

  private static Element content(Document document) {
    document.select("[hidden], [aria-hidden=true], [style~=display:\\s*none]").remove();
    Elements main = document.select("main, [role=main]");
    if (main.size() == 1 && main.first() != null && main.first().hasText()) {
      return main.first();
    }
    Elements articles = document.select("article");
    if (articles.size() == 1 && articles.first() != null && articles.first().hasText()) {
      return articles.first();
    }
    Element body = document.body();
    Element stripped = withoutFrame(body.clone());
    return stripped.hasText() ? stripped : body;
  }

  private static Element withoutFrame(Element body) {
    body.select("body > header, body > footer, aside, footer, [role=navigation], [role=banner]")
        .remove();
    body.getAllElements().stream()
        .filter(element -> !element.is("body,h1,h2,h3,h4,h5,h6"))
        .filter(
            element ->
                AROUND.contains(element.id().toLowerCase(Locale.ROOT))
                    || element.classNames().stream()
                        .anyMatch(name -> AROUND.contains(name.toLowerCase(Locale.ROOT))))
        .toList()
        .forEach(Element::remove);
    return body;
  }

  private static String title(Document document, Element content, String fallback) {
    Elements first = content.select("h1");
    String heading = first.size() == 1 ? headingText(first.getFirst()) : "";
    String title = heading.isBlank() ? document.title().strip() : heading;
    return title.isBlank() ? fallback : title;
  }

  private static String headingText(Element heading) {
    Element copy = heading.clone();
    copy.select("a").stream().filter(HtmlText::isAnchor).toList().forEach(Element::remove);
    return copy.text().strip();
  }

  /** The sign beside a heading by which it can be linked to. */
  private static boolean isAnchor(Element link) {
    return link.classNames().stream().anyMatch(ANCHORS::contains)
        && link.text().strip().length() <= 2;
  }

  private void children(Element element) {
    element.childNodes().forEach(this::node);
  }

  private void node(Node node) {
    if (node instanceof TextNode text) {
      out.text(Charsets.clean(text.getWholeText()));
    } else if (node instanceof Element element) {
      element(element);
    }
  }

  private void element(Element element) {
    String name = element.normalName();
    switch (name) {
      case "h1", "h2", "h3", "h4", "h5", "h6" -> heading(element, name.charAt(1) - '0');
      case "p" -> block(element, 2);
      case "br" -> out.lineBreak();
      case "hr" -> out.lines(2);
      case "ul", "ol", "menu" -> list(element);
      case "dl" -> block(element, 2);
      case "dt" -> block(element, 1);
      case "dd" -> prefixed(element, "  ", 1);
      case "blockquote" -> prefixed(element, "> ", 2);
      case "pre", "listing", "xmp" -> out.block(HtmlCode.fenced(element));
      case "code", "kbd", "samp", "tt" -> code(element);
      case "table" -> table(element);
      case "img" -> out.text(element.attr("alt"));
      case "wbr" -> {}
      default -> other(element, name);
    }
  }

  private void other(Element element, String name) {
    if (WITHOUT_TEXT.contains(name) || (name.equals("a") && isAnchor(element))) {
      return;
    }
    if (BLOCKS.contains(name)) {
      block(element, 1);
    } else {
      children(element);
    }
  }

  private void block(Element element, int lines) {
    out.lines(lines);
    children(element);
    out.lines(lines);
  }

  private void prefixed(Element element, String prefix, int lines) {
    out.lines(lines);
    out.pushPrefix(prefix, prefix);
    children(element);
    out.popPrefix();
    out.lines(lines);
  }

  private void heading(Element element, int level) {
    String text = Charsets.clean(headingText(element));
    if (text.isEmpty()) {
      return;
    }
    out.lines(2);
    out.heading(level, text);
    out.verbatim("#".repeat(level) + " " + text);
    out.lines(2);
  }

  private void list(Element list) {
    boolean nested = list.parent() != null && list.parent().closest("li") != null;
    boolean ordered = list.normalName().equals("ol");
    out.lines(nested ? 1 : 2);
    int number = first(list);
    for (Node child : list.childNodes()) {
      if (child instanceof Element item && item.normalName().equals("li")) {
        String marker = ordered ? number++ + ". " : "- ";
        out.lines(1);
        out.pushPrefix(marker, " ".repeat(marker.length()));
        children(item);
        out.popPrefix();
        out.lines(1);
      } else {
        node(child);
      }
    }
    out.lines(nested ? 1 : 2);
  }

  private static int first(Element list) {
    try {
      return Math.max(0, Integer.parseInt(list.attr("start").strip()));
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private void code(Element element) {
    String text = Charsets.clean(element.text());
    if (!text.isBlank()) {
      out.verbatim(HtmlCode.inline(text));
    }
  }

  private void table(Element table) {
    List<List<String>> rows = HtmlTable.rows(table);
    if (rows.isEmpty()) {
      table.select("td.linenos, td.gutter, td.blob-num, td.rouge-gutter").remove();
      block(table, 2);
      return;
    }
    Element caption = table.selectFirst("> caption");
    if (caption != null) {
      out.lines(2);
      out.text(Charsets.clean(caption.text()));
    }
    out.block(HtmlTable.markdown(rows));
  }
}
