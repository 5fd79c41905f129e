package org.attunedb.server.ingest.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.attunedb.server.ingest.extract.StructuredText.Block;
import org.attunedb.server.ingest.extract.StructuredText.Heading;
import org.junit.jupiter.api.Test;

class HtmlTextTest {
  private static HtmlPage page(String html) {
    return HtmlPage.read(
        html.getBytes(StandardCharsets.UTF_8), null, "http://site/docs/a/page.html", "page.html");
  }

  private static String text(String html) {
    return page(html).text().text();
  }

  @Test
  void read_pageOfDocumentation_keepsItsFormAndLeavesOutItsFrame() {
    HtmlPage page =
        page(
            """
            <!doctype html><html><head><title>Install - Docs</title><style>p{}</style></head><body>
            <header><a href="/">Home</a></header>
            <nav><ul><li><a href="b.html">Next</a></li></ul></nav>
            <main>
              <h1>Install<a class="headerlink" href="#install">¶</a></h1>
              <p>Get   the <code>attune</code>
                 file and <b>run</b> <a href="../run.html">it</a>.</p>
              <h2>Steps</h2>
              <ol><li>Load<ul><li>from a disk</li><li>from the net</li></ul></li><li>Start</li></ol>
              <pre><code class="language-sh">$ ./attune   demo
            done</code></pre>
              <table><caption>Sizes</caption><tr><th>Name</th><th>Bytes</th></tr>
                <tr><td>a|b</td><td><code>12</code></td></tr></table>
              <blockquote><p>Mind the gap.</p><p>Twice.</p></blockquote>
              <dl><dt>Term</dt><dd>Meaning</dd></dl>
              <p>One<br>two <img src="x.png" alt="a picture"></p>
              <script>alert(1)</script><p hidden>secret</p>
            </main>
            <footer>Imprint</footer></body></html>
            """);

    assertThat(page.text().title()).isEqualTo("Install");
    assertThat(page.text().text())
        .isEqualTo(
            """
            # Install

            Get the `attune` file and run it.

            ## Steps

            1. Load
               - from a disk
               - from the net
            2. Start

            ```sh
            $ ./attune   demo
            done
            ```

            Sizes

            | Name | Bytes |
            | --- | --- |
            | a\\|b | `12` |

            > Mind the gap.

            > Twice.

            Term
              Meaning

            One
            two a picture""");
    assertThat(page.text().headings())
        .containsExactly(
            new Heading(0, 1, "Install"),
            new Heading(page.text().text().indexOf("## Steps"), 2, "Steps"));
    assertThat(page.text().blocks().stream().map(block -> of(page, block)))
        .satisfiesExactly(
            code -> assertThat(code).startsWith("```sh").endsWith("done\n```"),
            table -> assertThat(table).startsWith("| Name").endsWith("`12` |"));
    assertThat(page.links())
        .containsExactly(
            "http://site/",
            "http://site/docs/a/b.html",
            "http://site/docs/a/page.html#install",
            "http://site/docs/run.html");
  }

  private static String of(HtmlPage page, Block block) {
    return page.text().text().substring(block.start(), block.end());
  }

  @Test
  void read_pageWithoutMain_leavesOutWhatItsClassesCallNavigation() {
    String text =
        text(
            """
            <body><div class="Navbar">Products</div><div id="sidebar"><a href=x>Other</a></div>
            <div class="content"><h2>Topic</h2><p>Text.</p></div>
            <div class="footer">Imprint</div></body>
            """);

    assertThat(text).isEqualTo("## Topic\n\nText.");
  }

  @Test
  void read_pageThatIsNothingButItsFrame_isReadAsAWhole() {
    assertThat(text("<body><div id=menu>Soup of the day</div></body>"))
        .isEqualTo("Soup of the day");
  }

  @Test
  void read_tableOfLineNumbers_isCodeWithoutThem() {
    String text =
        text(
            "<table class=highlighttable><tr><td class=linenos><pre>1\n2</pre></td>"
                + "<td class=code><div class='highlight-python'><pre>a = 1\nb = 2</pre></div></td></tr></table>");

    assertThat(text).isEqualTo("```python\na = 1\nb = 2\n```");
  }

  @Test
  void read_codeInListAndCodeWithFences_keepTheirLines() {
    assertThat(text("<ul><li>do<pre>x\n  y</pre></li></ul><pre>```\ninner\n```</pre>"))
        .isEqualTo("- do\n\n  ```\n  x\n    y\n  ```\n\n````\n```\ninner\n```\n````");
  }

  @Test
  void read_brokenMarkup_isReadAsBrowsersDo() {
    assertThat(text("<p>one<p>two<b>bold<i>both</b>rest</i><li>item<td>cell &amp; &copy; &nosuch;"))
        .contains("one\n\ntwoboldbothrest")
        .contains("item")
        .contains("cell & © &nosuch;");
    assertThat(text("")).isEmpty();
    assertThat(text("<div>".repeat(50_000) + "deep")).contains("deep");
  }

  @Test
  void read_whatPagesSayToCrawlers_isUnderstood() {
    HtmlPage page =
        page(
            """
            <head><base href="http://site/other/"><link rel=canonical href="own.html">
            <meta name=ROBOTS content="NoIndex"><meta http-equiv=refresh content="0; URL='moved.html'">
            <link rel=next href="2.html"></head>
            <a href="a.html">a</a><a rel="nofollow" href="no.html">no</a><a href="mailto:x@y">m</a>
            <a href="javascript:void(0)">j</a><frameset><frame src="f.html"></frameset>
            """);

    assertThat(page.canonical()).contains("http://site/other/own.html");
    assertThat(page.index()).isFalse();
    assertThat(page.follow()).isTrue();
    assertThat(page.links())
        .containsExactly(
            "http://site/other/moved.html", "http://site/other/2.html", "http://site/other/a.html");
    assertThat(page("<meta name=robots content=none><a href=x>x</a>").links()).isEmpty();
  }

  @Test
  void read_titles_comeFromTheOneHeadingElseTheTitleElseTheAddress() {
    assertThat(page("<title> T </title><h1>A</h1><h1>B</h1>").text().title()).isEqualTo("T");
    assertThat(page("<p>x").text().title()).isEqualTo("page.html");
  }
}
