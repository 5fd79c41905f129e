package org.attunedb.server.mockopenai;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An OpenAI-compatible server on 127.0.0.1 with computed answers: {@code /v1/embeddings}, {@code
 * /v1/chat/completions} and {@code /v1/models}. What it answers and how it can be told to fail is
 * in docs/openai.md. Thread-safe. Close it to free the port and end what hangs.
 */
public final class MockOpenAi implements AutoCloseable {
  /** The JDK's server asks for it once, before it makes its first connection. */
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  private final HttpServer server;
  private final ExecutorService threads;
  private final RequestHandler handler;

  private MockOpenAi(HttpServer server, ExecutorService threads, RequestHandler handler) {
    this.server = server;
    this.threads = threads;
    this.handler = handler;
  }

  /**
   * Starts a server. Unless the system property {@code sun.net.httpserver.nodelay} is set, it is
   * set to true: the JDK's server writes an answer's head and body one after the other, and the
   * body would wait for the client to acknowledge the head (Nagle's algorithm, RFC 896), up to 40
   * ms.
   *
   * @throws UncheckedIOException if the port can't be listened on
   */
  public static MockOpenAi start(MockOpenAiSettings settings) {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true");
    }
    try {
      HttpServer server = HttpServer.create(address, 0);
      // Of the platform: a client in this process that computes must not hold requests up.
      ExecutorService threads =
          Executors.newCachedThreadPool(Thread.ofPlatform().name("mock-openai-", 0).factory());
      RequestHandler handler = new RequestHandler(settings);
      server.setExecutor(threads);
      server.createContext("/", exchange -> handle(handler, exchange));
      server.start();
      return new MockOpenAi(server, threads, handler);
    } catch (IOException e) {
      throw new UncheckedIOException("can't listen on " + address + ": " + e.getMessage(), e);
    }
  }

  private static void handle(RequestHandler handler, HttpExchange exchange) throws IOException {
    try (exchange) {
      handler.handle(exchange);
    }
  }

  /** The base URL for clients, ending in {@code /v1}. */
  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** Orders faults for the next requests, one each. */
  public void failNext(Fault... faults) {
    handler.script().append(List.of(faults));
  }

  /** The requests that were answered or given up so far, by number; those for control left out. */
  public List<LoggedRequest> requests() {
    return handler.log().entries();
  }

  /** How many requests have arrived, those in work included and those for control left out. */
  public int arrived() {
    return handler.arrived();
  }

  /** Most requests that were in work at the same time. */
  public int peakConcurrency() {
    return requests().stream().mapToInt(LoggedRequest::inFlight).max().orElse(0);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
