package org.attunedb.server.ingest.gather;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.attunedb.server.ingest.extract.Charsets;
import org.attunedb.server.retry.RetryAfter;
import org.jspecify.annotations.Nullable;

/**
 * Asks one site for pages, in turn and with limits. Redirects are told, not followed. Thread-safe.
 *
 * <p>With okhttp: a request and its answer stay in the thread that asks, which makes them several
 * times cheaper than those of the JDK's client, where each is handed over between threads.
 */
final class HttpFetcher implements AutoCloseable {
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(1);
  private static final Duration KEPT_CONNECTION = Duration.ofMinutes(1);
  private static final String ROBOTS_TAG = "X-Robots-Tag";
  private static final String RETRY_AFTER = "Retry-After";

  private final GatherOptions options;
  private final Gate gate;
  private final OkHttpClient client;

  /**
   * A fetcher.
   *
   * @param secure whether the site is asked by https; what that needs takes a tenth of a second
   */
  HttpFetcher(GatherOptions options, boolean secure) {
    this.options = options;
    this.gate = new Gate(options.concurrency(), options.delay());
    this.client =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(options.timeout())
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .callTimeout(options.timeout())
            .connectionPool(
                new ConnectionPool(
                    options.concurrency(), KEPT_CONNECTION.toSeconds(), TimeUnit.SECONDS))
            .connectionSpecs(List.of(secure ? ConnectionSpec.MODERN_TLS : ConnectionSpec.CLEARTEXT))
            .addNetworkInterceptor(HttpFetcher::withoutRepetition)
            .build();
  }

  /** okhttp would repeat these at once, past the gate; what is repeated is decided here. */
  private static Response withoutRepetition(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    return switch (response.code()) {
      case 408 -> response.newBuilder().header(RETRY_AFTER, "1").build();
      case 503 ->
          "0".equals(response.header(RETRY_AFTER))
              ? response.newBuilder().removeHeader(RETRY_AFTER).build()
              : response;
      default -> response;
    };
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
    HttpUrl url = HttpUrl.parse(address.toString());
    if (url == null) {
      return Attempt.last(
          new Answer.Failure("is no address that can be asked for", Optional.empty()));
    }
    gate.enter();
    try (Response response = client.newCall(request(url, known)).execute()) {
      return judge(address, response, wish);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return again(reason(e), Optional.empty());
    } finally {
      gate.leave();
    }
  }

  private Request request(HttpUrl url, @Nullable Validators known) {
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .header("User-Agent", options.userAgent())
            .header(
                "Accept", "text/html, application/xhtml+xml, text/markdown, text/plain, */*;q=0.5")
            .header("Accept-Encoding", "gzip");
    String etag = known == null ? null : known.etag();
    String modified = known == null || etag != null ? null : known.lastModified();
    if (etag != null && isPlain(etag)) {
      request.header("If-None-Match", etag);
    }
    if (modified != null && isPlain(modified)) {
      request.header("If-Modified-Since", modified);
    }
    return request.build();
  }

  /** Whether a header can be sent as it came; a page without is known by its bytes. */
  private static boolean isPlain(String header) {
    return header.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private Attempt judge(URI address, Response response, Wish wish) throws IOException {
    int status = response.code();
    String location = response.header("Location");
    if (status == 200) {
      return page(response, wish);
    }
    if (status == 304) {
      return Attempt.last(new Answer.NotModified(response.headers(ROBOTS_TAG)));
    }
    if (status >= 300 && status < 400 && location != null) {
      return Attempt.last(redirect(address, location, status));
    }
    if (status == 404 || status == 410) {
      return Attempt.last(new Answer.NotFound(status));
    }
    String problem = "the server answers with status " + status;
    return status == 429 || status >= 500
        ? new Attempt(new Answer.Failure(problem, Optional.of(status)), retryAfter(response))
        : Attempt.last(new Answer.Failure(problem, Optional.of(status)));
  }

  private Attempt page(Response response, Wish wish) throws IOException {
    String type = mediaType(response);
    if (!wish.types().test(type)) {
      return Attempt.last(
          new Answer.Unwanted(Visit.Reason.WRONG_TYPE, type.isEmpty() ? "no type given" : type));
    }
    Body whole = body(response, wish.limit());
    try {
      Body body = decoded(whole, header(response, "Content-Encoding"), wish.limit());
      if (body.tooLong() && !wish.cut()) {
        return Attempt.last(
            new Answer.Unwanted(Visit.Reason.TOO_LARGE, "more than " + wish.limit() + " bytes"));
      }
      return Attempt.last(
          new Answer.Page(
              body.content(),
              type,
              charset(response),
              new Validators(
                  response.header("ETag"), lastModified(response), ContentHash.of(body.content())),
              response.headers(ROBOTS_TAG)));
    } catch (IOException e) {
      return again("the answer's compression is damaged", Optional.of(response.code()));
    }
  }

  /**
   * A body.
   *
   * @param content up to the limit
   * @param tooLong whether there was more
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
  private record Body(byte[] content, boolean tooLong) {}

  private static Body body(Response response, int limit) throws IOException {
    try (InputStream in = Objects.requireNonNull(response.body()).byteStream()) {
      byte[] content = in.readNBytes(limit);
      return new Body(content, in.read() >= 0);
    }
  }

  private static Body decoded(Body body, String encoding, int limit) throws IOException {
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
          return new Body(content.toByteArray(), true);
        }
      }
    } catch (EOFException e) {
      if (!body.tooLong()) {
        throw e;
      }
    }
    return new Body(content.toByteArray(), body.tooLong());
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

  private static Duration retryAfter(Response response) {
    return Optional.ofNullable(response.header(RETRY_AFTER))
        .flatMap(value -> RetryAfter.wait(value, response.header("Date"), Instant.now()))
        .orElse(Duration.ZERO);
  }

  /**
   * When the page was changed last, if that tells it apart from a later state: within a second of
   * the answer it could have been changed again (RFC 9110, 8.8.2.2).
   */
  private static @Nullable String lastModified(Response response) {
    String modified = response.header("Last-Modified");
    String date = response.header("Date");
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

  /** Empty if it is missing. */
  private static String header(Response response, String name) {
    return Objects.requireNonNullElse(response.header(name), "");
  }

  private static String mediaType(Response response) {
    String type = header(response, "Content-Type");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Charset charset(Response response) {
    return Arrays.stream(header(response, "Content-Type").split(";"))
        .map(String::strip)
        .filter(part -> part.regionMatches(true, 0, "charset=", 0, 8))
        .flatMap(part -> Charsets.named(part.substring(8).replace("\"", "")).stream())
        .findFirst()
        .orElse(null);
  }

  private String reason(IOException failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case InterruptedIOException late -> "no answer within " + seconds(options.timeout());
      case ConnectException refused -> "the server can't be reached";
      case UnknownHostException unknown -> "the server can't be reached";
      default -> message == null ? "the connection failed" : message;
    };
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
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
