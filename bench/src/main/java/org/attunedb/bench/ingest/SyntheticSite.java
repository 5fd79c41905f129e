package org.attunedb.bench.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A documentation site on this machine, made of a seed: each page has navigation, headings,
 * paragraphs of invented words, a list, a table and code, and links to ten others. Pages come with
 * an ETag. Thread-safe.
 */
final class SyntheticSite implements AutoCloseable {
  /** The JDK's server asks for it once, before it makes its first connection. */
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  private static final int VOCABULARY = 5_000;
  private static final int LINKS = 10;

  private final HttpServer server;
  private final ExecutorService executor = Executors.newFixedThreadPool(4);
  private final Map<String, byte[]> pages = new HashMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  SyntheticSite(int count, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      pages.put(path(i), page(i, count, random).getBytes(StandardCharsets.UTF_8));
    }
    if (System.getProperty(NO_DELAY) == null) {
      // The head of an answer and its body are two writes: the second would wait for the client to
      // acknowledge the first (Nagle's algorithm, RFC 896).
      System.setProperty(NO_DELAY, "true");
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
  }

  /** The first page, from which all others can be reached. */
  String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }

  /** Requests since the last call. */
  int takeRequests() {
    return requests.getAndSet(0);
  }

  /** Of all pages, as they are sent. */
  long bytes() {
    return pages.values().stream().mapToLong(page -> page.length).sum();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      // Else the JDK's server closes the connection after every answer, which web servers don't.
      exchange.getRequestBody().readAllBytes();
      byte[] page = pages.get(exchange.getRequestURI().getPath());
      if (page == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      String tag = "\"" + Integer.toHexString(Arrays.hashCode(page)) + "\"";
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.getResponseHeaders().set("ETag", tag);
      if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        exchange.sendResponseHeaders(304, -1);
        return;
      }
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    }
  }

  private static String path(int page) {
    return page == 0 ? "/" : "/guide/" + page % 20 + "/page-" + page + ".html";
  }

  private static String page(int number, int count, SplittableRandom random) {
    StringBuilder html = new StringBuilder("<!doctype html><html><head><title>Page ");
    html.append(number).append(" - Docs</title></head><body><nav><ul>");
    for (int i = 1; i <= LINKS; i++) {
      // The next ten of a tree of ten branches: every page is at most a few links away.
      long target = (long) number * LINKS + i;
      int page = target < count ? (int) target : random.nextInt(count);
      html.append("<li><a href=\"").append(path(page)).append("\">Page ").append(page);
      html.append("</a></li>");
    }
    html.append("</ul></nav><main><h1>Page ").append(number).append("</h1>");
    for (int section = 0; section < 4; section++) {
      html.append("<h2>").append(words(random, 3)).append("</h2>");
      html.append("<p>").append(words(random, 60)).append(".</p>");
      html.append("<p>").append(words(random, 60)).append(".</p>");
    }
    html.append("<ul><li>").append(words(random, 8)).append("</li><li>");
    html.append(words(random, 8)).append("</li></ul><table><tr><th>Name</th><th>Use</th></tr>");
    html.append("<tr><td>").append(words(random, 1)).append("</td><td>");
    html.append(words(random, 6)).append("</td></tr></table><pre><code class=\"language-java\">");
    html.append("void ").append(words(random, 1)).append("() {\n  call();\n}</code></pre>");
    return html.append("</main><footer>Imprint</footer></body></html>").toString();
  }

  /** Rare words are rarer, as in natural languages. */
  private static String words(SplittableRandom random, int count) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int rank = (int) Math.pow(VOCABULARY, random.nextDouble());
      words.append(i == 0 ? "" : " ").append(word(rank));
    }
    return words.toString();
  }

  private static String word(int rank) {
    StringBuilder word = new StringBuilder();
    for (int rest = rank; rest > 0; rest /= 40) {
      word.append("bdfgklmn".charAt(rest % 8)).append("aeiou".charAt(rest / 8 % 5));
    }
    return word.toString();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
