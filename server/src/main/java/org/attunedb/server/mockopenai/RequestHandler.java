package org.attunedb.server.mockopenai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** Answers one request after another: faults, keys, limits, latency and routes. Thread-safe. */
final class RequestHandler {
  /** Orders a fault for the request that carries it. */
  static final String FAULT_HEADER = "X-Mock-Fault";

  private static final String CONTROL = "/mock/";
  private static final int MAX_BODY = 64 << 20;
  private static final Duration LONGEST_HANG = Duration.ofHours(1);

  /** RFC 9110, 5.6.7. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private final MockOpenAiSettings settings;
  private final FaultScript script;
  private final RequestLog log = new RequestLog();
  private final EmbeddingsEndpoint embeddings;
  private final ChatEndpoint chat;
  private final AtomicInteger number = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();

  RequestHandler(MockOpenAiSettings settings) {
    this.settings = settings;
    this.script = new FaultScript(settings.faults());
    this.embeddings = new EmbeddingsEndpoint(settings);
    this.chat = new ChatEndpoint(settings);
  }

  FaultScript script() {
    return script;
  }

  RequestLog log() {
    return log;
  }

  void handle(HttpExchange exchange) throws IOException {
    long start = System.nanoTime();
    String path = exchange.getRequestURI().getPath();
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY);
    String body = new String(bytes, StandardCharsets.UTF_8);
    if (path.startsWith(CONTROL)) {
      send(exchange, control(exchange.getRequestMethod(), path, body), false);
      return;
    }
    Work work = new Work(number.incrementAndGet(), inFlight.incrementAndGet());
    Reply reply = null;
    try {
      reply = work(exchange, start, body, work);
    } catch (InterruptedException e) {
      // The server is being closed.
      Thread.currentThread().interrupt();
    } finally {
      // Before the client can see the answer, send its next request and count wrong.
      inFlight.decrementAndGet();
      log.add(work.logged(exchange, body, reply));
    }
    if (reply != null) {
      send(exchange, reply, work.fault == Fault.CUT_OFF);
    }
  }

  /** A request in work; used by its own thread only. */
  private static final class Work {
    private final int number;
    private final int inFlight;
    private Fault fault = Fault.NONE;

    Work(int number, int inFlight) {
      this.number = number;
      this.inFlight = inFlight;
    }

    LoggedRequest logged(HttpExchange exchange, String body, @Nullable Reply reply) {
      String path = exchange.getRequestURI().getPath();
      int status = reply == null ? 0 : reply.status();
      return new LoggedRequest(
          number, exchange.getRequestMethod(), path, body, fault, status, inFlight);
    }
  }

  private Reply work(HttpExchange exchange, long start, String body, Work work)
      throws InterruptedException {
    Reply reply;
    try {
      work.fault = fault(exchange, work.number);
      String path = exchange.getRequestURI().getPath();
      reply = reply(exchange, path, body, work.fault, work.inFlight);
    } catch (InvalidInputException e) {
      reply = Reply.invalid(e.getMessage());
    }
    await(start, work.fault);
    return reply;
  }

  private Fault fault(HttpExchange exchange, int request) {
    String header = exchange.getRequestHeaders().getFirst(FAULT_HEADER);
    return header == null ? script.take(request) : Fault.of(header);
  }

  private void await(long start, Fault fault) throws InterruptedException {
    Duration wanted = fault == Fault.HANG ? LONGEST_HANG : settings.latency();
    Duration left = wanted.minusNanos(System.nanoTime() - start);
    if (left.isPositive()) {
      Thread.sleep(left);
    }
  }

  private Reply reply(HttpExchange exchange, String path, String body, Fault fault, int now) {
    if (fault == Fault.UNAUTHORIZED || !knowsKey(exchange)) {
      return Reply.error(
          401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
    }
    if (settings.maxConcurrency() > 0 && now > settings.maxConcurrency()) {
      return limited(
          "rate_limit_exceeded",
          "More than " + settings.maxConcurrency() + " requests at the same time.");
    }
    return switch (fault) {
      case MODEL_NOT_FOUND -> Reply.modelNotFound("ordered");
      case RATE_LIMITED -> limited("rate_limit_exceeded", "Rate limit reached.");
      case RATE_LIMITED_UNTIL ->
          limited("rate_limit_exceeded", "Rate limit reached.")
              .withHeader("Retry-After", inSeconds(settings.retryAfter()));
      case QUOTA -> limited("insufficient_quota", "You exceeded your current quota.");
      case SERVER_ERROR -> Reply.error(500, "server_error", "server_error", "The server failed.");
      case REDIRECT ->
          Reply.error(302, "redirect", "redirect", "Moved.").withHeader("Location", "/v1/moved");
      case INVALID_JSON -> route(exchange, path, body, fault).withBody("{\"data\": [");
      default -> route(exchange, path, body, fault);
    };
  }

  private Reply limited(String code, String message) {
    return Reply.error(429, "requests", code, message)
        .withHeader("Retry-After", Integer.toString(settings.retryAfter()));
  }

  private static String inSeconds(int seconds) {
    return HTTP_DATE.format(Instant.now().plusSeconds(seconds).atOffset(ZoneOffset.UTC));
  }

  private boolean knowsKey(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return settings.keys().isEmpty()
        || (header != null
            && header.startsWith("Bearer ")
            && settings.keys().contains(header.substring("Bearer ".length())));
  }

  private Reply route(HttpExchange exchange, String path, String body, Fault fault) {
    String route = exchange.getRequestMethod() + " " + path;
    return switch (route) {
      case "POST /v1/embeddings" ->
          embeddings.answer(StrictJson.readObject(body, "request"), fault);
      case "POST /v1/chat/completions" ->
          chat.answer(StrictJson.readObject(body, "request"), fault);
      case "GET /v1/models" -> models();
      default ->
          Reply.error(
              404, "invalid_request_error", "unknown_url", "Unknown request URL: " + route + ".");
    };
  }

  private Reply models() {
    ObjectNode body = StrictJson.object().put("object", "list");
    ArrayNode data = body.putArray("data");
    TreeSet<String> names = new TreeSet<>(settings.embeddingModels().keySet());
    names.addAll(settings.chatModels());
    names.forEach(
        name ->
            data.addObject()
                .put("id", name)
                .put("object", "model")
                .put("created", 1_700_000_000L)
                .put("owned_by", "mock"));
    return Reply.json(body);
  }

  private Reply control(String method, String path, String body) {
    try {
      return switch (method + " " + path) {
        case "GET /mock/requests" -> logged();
        case "DELETE /mock/requests" -> {
          log.clear();
          yield logged();
        }
        case "POST /mock/faults" -> {
          List<Fault> faults = new ArrayList<>();
          StrictJson.readObject(body, "request")
              .path("faults")
              .forEach(name -> faults.add(Fault.of(name.asText())));
          script.append(faults);
          yield Reply.json(StrictJson.object().put("ordered", faults.size()));
        }
        default -> Reply.error(404, "invalid_request_error", "unknown_url", "Unknown URL.");
      };
    } catch (InvalidInputException e) {
      return Reply.invalid(e.getMessage());
    }
  }

  private Reply logged() {
    ObjectNode body = StrictJson.object();
    ArrayNode requests = body.putArray("requests");
    log.entries()
        .forEach(
            entry ->
                requests
                    .addObject()
                    .put("number", entry.number())
                    .put("method", entry.method())
                    .put("path", entry.path())
                    .put("fault", entry.fault().wireName())
                    .put("status", entry.status())
                    .put("inFlight", entry.inFlight())
                    .put("body", entry.body()));
    return Reply.json(body);
  }

  /** An answer that is cut off ends in an exception, upon which the server ends the connection. */
  private static void send(HttpExchange exchange, Reply reply, boolean cutOff) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(reply.status(), reply.length());
    try (OutputStream out = exchange.getResponseBody()) {
      long left = cutOff ? reply.length() / 2 : Long.MAX_VALUE;
      for (byte[] piece : reply.pieces()) {
        int length = (int) Math.min(left, piece.length);
        out.write(piece, 0, length);
        out.flush();
        left -= length;
      }
    }
  }
}
