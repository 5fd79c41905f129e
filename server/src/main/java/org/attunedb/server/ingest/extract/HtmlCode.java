package org.attunedb.server.ingest.extract;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;

/** Code of a page in the notation of Markdown. */
final class HtmlCode {
  private static final Pattern LANGUAGE =
      Pattern.compile("(?:^|\\s)(?:language|lang|highlight|brush:?)[-: ](?:source-)?([\\w+#-]+)");

  private static final Pattern BACKTICKS = Pattern.compile("`+");

  private HtmlCode() {}

  /** A block, with its language where the page tells it. */
  static String fenced(Element pre) {
    pre.select("br").forEach(br -> br.replaceWith(new org.jsoup.nodes.TextNode("\n")));
    pre.select("button, .linenos, .lineno, .gutter, .line-numbers-rows").remove();
    String code = Charsets.clean(pre.wholeText()).replaceAll("\\A\\n|\\s+\\z", "");
    String fence = "`".repeat(Math.max(3, longestRun(code) + 1));
    return fence + language(pre) + "\n" + code + "\n" + fence;
  }

  /** A word or line of code. */
  static String inline(String code) {
    String fence = "`".repeat(longestRun(code) + 1);
    return fence + (fence.length() > 1 ? " " + code + " " : code) + fence;
  }

  private static String language(Element pre) {
    Element code = pre.selectFirst("code");
    Element parent = pre.parent();
    String classes =
        (code == null ? "" : code.className() + " ")
            + pre.className()
            + (parent == null ? "" : " " + parent.className());
    Matcher language = LANGUAGE.matcher(classes);
    return language.find() ? language.group(1) : "";
  }

  private static int longestRun(String code) {
    return BACKTICKS.matcher(code).results().mapToInt(run -> run.group().length()).max().orElse(0);
  }
}
