package org.attunedb.server.ingest.gather;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.attunedb.server.ingest.extract.Charsets;
import org.attunedb.server.retry.RetryAfter;
import org.jspecify.annotations.Nullable;

/**
 * Asks one site for pages, in turn and with limits. Redirects are told, not followed. Thread-safe.
 */
final class HttpFetcher implements AutoCloseable {
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(1);
  private static final String ROBOTS_TAG = "X-Robots-Tag";

  private final GatherOptions options;
  private final Gate gate;
  private final HttpClient client;

  HttpFetcher(GatherOptions options) {
    this.options = options;
    this.gate = new Gate(options.concurrency(), options.delay());
    this.client =
        HttpClient.newBuilder()
            .followRedirects(Redirect.NEVER)
            .connectTimeout(options.timeout())
            .build();
  }

  /** Keeps at least this distance between requests from now on. */
  void slowDown(Duration delay) {
    gate.slowDown(delay);
  }

  /**
   * Asks for an address, again if the failure may pass.
   *
   * @param known of an earlier answer; null to get the page in any case
   * @param wanted media types whose body is read
   */
  Answer get(URI address, @Nullable Validators known, Predicate<String> wanted)
      throws InterruptedException {
    return get(address, known, new Wish(wanted, options.maxBytes(), false));
  }

  /**
   * Asks for the first bytes of whatever is at an address.
   *
   * @param limit of the bytes; further ones are left out
   */
  Answer beginning(URI address, int limit) throws InterruptedException {
    return get(address, null, new Wish(type -> true, limit, true));
  }

  /**
   * What of an answer is read.
   *
   * @param types whose body is read
   * @param limit of its bytes
   * @param cut whether a longer body is cut off there; else it is not wanted at all
   */
  private record Wish(Predicate<String> types, int limit, boolean cut) {}

  private Answer get(URI address, @Nullable Validators known, Wish wish)
      throws InterruptedException {
    Duration pause = options.retryDelay();
    for (int attempt = 0; ; attempt++) {
      Attempt result = attempt(address, known, wish);
      if (result.retryAfter == null || attempt == options.retries()) {
        return result.answer;
      }
      boolean told = result.retryAfter.isPositive();
      gate.pause(told ? min(result.retryAfter, LONGEST_RETRY_AFTER) : pause);
      pause = pause.multipliedBy(2);
    }
  }

  /**
   * One request.
   *
   * @param retryAfter how long to wait before the next; zero if the server does not say, null if
   *     another one would be of no use
   */
  private record Attempt(Answer answer, @Nullable Duration retryAfter) {
    static Attempt last(Answer answer) {
      return new Attempt(answer, null);
    }
  }

  private Attempt attempt(URI address, @Nullable Validators known, Wish wish)
      throws InterruptedException {
    gate.enter();
    CompletableFuture<HttpResponse<LimitedBody.Bytes>> exchange = null;
    try {
      exchange = client.sendAsync(request(address, known), info -> body(info, wish));
      // The request's own timeout ends with the headers.
      return judge(address, exchange.get(options.timeout().toNanos(), TimeUnit.NANOSECONDS), wish);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      return again("no answer within " + seconds(options.timeout()), Optional.empty());
    } catch (InterruptedException e) {
      if (exchange != null) {
        exchange.cancel(true);
      }
      throw e;
    } catch (ExecutionException e) {
      return again(reason(e.getCause()), Optional.empty());
    } finally {
      gate.leave();
    }
  }

  private HttpRequest request(URI address, @Nullable Validators known) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            // Without TLS each request would ask for an upgrade, which costs time on both sides.
            .version(address.getScheme().equals("https") ? Version.HTTP_2 : Version.HTTP_1_1)
            .header("User-Agent", options.userAgent())
            .header(
                "Accept", "text/html, application/xhtml+xml, text/markdown, text/plain, */*;q=0.5")
            .header("Accept-Encoding", "gzip");
    if (known != null && known.etag() != null) {
      request.header("If-None-Match", known.etag());
    }
    if (known != null && known.etag() == null && known.lastModified() != null) {
      request.header("If-Modified-Since", known.lastModified());
    }
    return request.GET().build();
  }

  private static LimitedBody body(HttpResponse.ResponseInfo info, Wish wish) {
    boolean read = info.statusCode() == 200 && wish.types().test(mediaType(info.headers()));
    return new LimitedBody(read ? wish.limit() : 0);
  }

  private Attempt judge(URI address, HttpResponse<LimitedBody.Bytes> response, Wish wish) {
    int status = response.statusCode();
    Optional<String> location = response.headers().firstValue("Location");
    if (status == 200) {
      return page(response, wish);
    }
    if (status == 304) {
      return Attempt.last(new Answer.NotModified(response.headers().allValues(ROBOTS_TAG)));
    }
    if (status >= 300 && status < 400 && location.isPresent()) {
      return Attempt.last(redirect(address, location.get(), status));
    }
    if (status == 404 || status == 410) {
      return Attempt.last(new Answer.NotFound(status));
    }
    String problem = "the server answers with status " + status;
    return status == 429 || status >= 500
        ? new Attempt(
            new Answer.Failure(problem, Optional.of(status)), retryAfter(response.headers()))
        : Attempt.last(new Answer.Failure(problem, Optional.of(status)));
  }

  private Attempt page(HttpResponse<LimitedBody.Bytes> response, Wish wish) {
    HttpHeaders headers = response.headers();
    String type = mediaType(headers);
    if (!wish.types().test(type)) {
      return Attempt.last(
          new Answer.Unwanted(Visit.Reason.WRONG_TYPE, type.isEmpty() ? "no type given" : type));
    }
    try {
      LimitedBody.Bytes body = decoded(response, wish.limit());
      if (body.tooLong() && !wish.cut()) {
        return Attempt.last(
            new Answer.Unwanted(Visit.Reason.TOO_LARGE, "more than " + wish.limit() + " bytes"));
      }
      return Attempt.last(
          new Answer.Page(
              body.content(),
              type,
              charset(headers),
              new Validators(
                  headers.firstValue("ETag").orElse(null),
                  lastModified(headers),
                  ContentHash.of(body.content())),
              headers.allValues(ROBOTS_TAG)));
    } catch (IOException e) {
      return again("the answer's compression is damaged", Optional.of(response.statusCode()));
    }
  }

  private static LimitedBody.Bytes decoded(HttpResponse<LimitedBody.Bytes> response, int limit)
      throws IOException {
    LimitedBody.Bytes body = response.body();
    String encoding = response.headers().firstValue("Content-Encoding").orElse("");
    if (!encoding.strip().equalsIgnoreCase("gzip")) {
      return body;
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.content()))) {
      // A few bytes can unpack to any number of them.
      byte[] piece = new byte[8_192];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        int fitting = Math.min(n, limit - content.size());
        content.write(piece, 0, fitting);
        if (fitting < n) {
          return new LimitedBody.Bytes(content.toByteArray(), true);
        }
      }
    } catch (EOFException e) {
      if (!body.tooLong()) {
        throw e;
      }
    }
    return new LimitedBody.Bytes(content.toByteArray(), body.tooLong());
  }

  private static Answer redirect(URI address, String location, int status) {
    return Addresses.resolved(address, location)
        .<Answer>map(Answer.Redirect::new)
        .orElseGet(
            () ->
                new Answer.Failure(
                    "the server redirects to '" + location + "', which is no address of the web",
                    Optional.of(status)));
  }

  private static Attempt again(String problem, Optional<Integer> status) {
    return new Attempt(new Answer.Failure(problem, status), Duration.ZERO);
  }

  private static Duration retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .flatMap(
            value -> RetryAfter.wait(value, headers.firstValue("Date").orElse(null), Instant.now()))
        .orElse(Duration.ZERO);
  }

  /**
   * When the page was changed last, if that tells it apart from a later state: within a second of
   * the answer it could have been changed again (RFC 9110, 8.8.2.2).
   */
  private static @Nullable String lastModified(HttpHeaders headers) {
    String modified = headers.firstValue("Last-Modified").orElse(null);
    String date = headers.firstValue("Date").orElse(null);
    if (modified == null || date == null) {
      return null;
    }
    try {
      Instant changed = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(modified));
      Instant answered = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
      return changed.plusSeconds(1).isBefore(answered) ? modified : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static String mediaType(HttpHeaders headers) {
    String type = headers.firstValue("Content-Type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Charset charset(HttpHeaders headers) {
    return Arrays.stream(headers.firstValue("Content-Type").orElse("").split(";"))
        .map(String::strip)
        .filter(part -> part.regionMatches(true, 0, "charset=", 0, 8))
        .flatMap(part -> Charsets.named(part.substring(8).replace("\"", "")).stream())
        .findFirst()
        .orElse(null);
  }

  private static String reason(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    if (failure instanceof java.net.ConnectException && message == null) {
      return "the server can't be reached";
    }
    return message == null ? "the connection failed" : message;
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1_000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
