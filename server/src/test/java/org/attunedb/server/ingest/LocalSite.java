package org.attunedb.server.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web site on this machine, whose pages can be changed while it runs. Thread-safe. */
public final class LocalSite implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Handler> pages = new ConcurrentHashMap<>();
  private final Map<String, Header> headers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private volatile boolean validators = true;
  private volatile Handler others = exchange -> send(exchange, 404, "text/html", bytes("nothing"));

  /** Answers a request. */
  @FunctionalInterface
  public interface Handler {
    /** Answers; the exchange is closed afterwards. */
    void handle(HttpExchange exchange) throws IOException;
  }

  private LocalSite(HttpServer server) {
    this.server = server;
  }

  /** Starts a site without any page. */
  public static LocalSite start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    LocalSite site = new LocalSite(server);
    server.setExecutor(site.executor);
    server.createContext("/", site::handle);
    server.start();
    return site;
  }

  /** The address of a path. */
  public String at(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  /** Sets a web page with these elements in its body. */
  public LocalSite page(String path, String body) {
    return content(
        path,
        "text/html; charset=utf-8",
        bytes("<!doctype html><html><body><main>" + body + "</main></body></html>"));
  }

  /** Sets what a path answers. */
  public LocalSite content(String path, String type, byte[] content) {
    return on(path, exchange -> sendTagged(exchange, type, content));
  }

  /** Sets a redirect. */
  public LocalSite redirect(String path, String location) {
    return on(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          exchange.sendResponseHeaders(302, -1);
        });
  }

  /** Sets a path that answers with a status and no page. */
  public LocalSite status(String path, int status) {
    return on(path, exchange -> send(exchange, status, "text/html", bytes("status " + status)));
  }

  /** Sets how a path is answered; with its query, if that is asked for with one. */
  public LocalSite on(String path, Handler handler) {
    pages.put(path, handler);
    return this;
  }

  /** Sets how all other paths are answered. */
  public LocalSite others(Handler handler) {
    others = handler;
    return this;
  }

  /** Sets a header of whatever a path answers. */
  public LocalSite header(String path, String name, String value) {
    headers.put(path, new Header(name, value));
    return this;
  }

  private record Header(String name, String value) {}

  /** Takes a page away. */
  public LocalSite remove(String path) {
    pages.remove(path);
    return this;
  }

  /** Whether pages come with an ETag, and are not sent again to those who have them. */
  public LocalSite validators(boolean sent) {
    validators = sent;
    return this;
  }

  /** Paths that were asked for, with their queries, in order. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** Forgets what was asked for. */
  public void forgetRequests() {
    requests.clear();
  }

  /** Most requests that were being answered at the same time. */
  public int mostOpen() {
    return mostOpen.get();
  }

  /** Sends an answer. */
  public static void send(HttpExchange exchange, int status, String type, byte[] content)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    if (content.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(content);
      }
    }
  }

  /** UTF-8. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void sendTagged(HttpExchange exchange, String type, byte[] content) throws IOException {
    String tag = "\"" + java.util.Arrays.hashCode(content) + "\"";
    if (validators) {
      exchange.getResponseHeaders().set("ETag", tag);
      if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        exchange.sendResponseHeaders(304, -1);
        return;
      }
    }
    send(exchange, 200, type, content);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
      String path = exchange.getRequestURI().getRawPath();
      String query = exchange.getRequestURI().getRawQuery();
      String full = query == null ? path : path + "?" + query;
      requests.add(full);
      Header header = headers.get(full);
      if (header != null) {
        exchange.getResponseHeaders().set(header.name(), header.value());
      }
      pages.getOrDefault(full, pages.getOrDefault(path, others)).handle(exchange);
    } finally {
      open.decrementAndGet();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
