package org.attunedb.server.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.LogLevel;
import com.openai.core.Timeout;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;

/**
 * Sends requests: not more at the same time than allowed, paced, repeated after passing failures,
 * counted, and with failures as typed errors. Retries are made here and not by openai-java, which
 * does not repeat answers that broke off and does not let one request's 429 hold back the others.
 * Thread-safe.
 */
final class OpenAiConnection implements AutoCloseable {
  private final OpenAiSettings settings;
  private final String model;
  private final ErrorCode failureCode;
  private final OkHttpClient http;
  private final OpenAIClient client;
  private final ServiceFaults faults;
  private final Semaphore places;
  private final Pacer pacer;
  private final Waiting waiting;
  private final RandomGenerator random;
  private final UsageMeter meter = new UsageMeter();

  /**
   * A connection for one model.
   *
   * @param failureCode of the errors
   * @param random for the pauses
   */
  OpenAiConnection(
      OpenAiSettings settings,
      String model,
      ErrorCode failureCode,
      Waiting waiting,
      RandomGenerator random) {
    this.settings = settings;
    this.model = model;
    this.failureCode = failureCode;
    this.waiting = waiting;
    this.random = random;
    this.http = GuardedHttp.client(settings);
    this.client = client(http, settings);
    this.faults = new ServiceFaults(settings.key());
    this.places = new Semaphore(settings.concurrency());
    this.pacer = new Pacer(settings.rate(), waiting);
  }

  private static OpenAIClient client(OkHttpClient http, OpenAiSettings settings) {
    ApiKey key = settings.key();
    Duration timeout = settings.timeout();
    return OpenAIOkHttpClient.builder()
        .okHttpClient(http)
        .baseUrl(settings.baseUrl().toString())
        // Needed by the library; without a key the header is left out.
        .apiKey(key == null ? "none" : key.value())
        .organization(Optional.ofNullable(settings.organization()))
        .timeout(
            Timeout.builder()
                .connect(timeout)
                .read(timeout)
                .write(timeout)
                .request(timeout)
                .build())
        .maxRetries(0)
        .logLevel(LogLevel.OFF)
        .disableTelemetry(true)
        .build();
  }

  UsageMeter meter() {
    return meter;
  }

  /**
   * Carries out a request.
   *
   * @param tokens that it is expected to use, for the rate limit
   * @param request sends it; its place among those under way is free when this returns
   * @param reading makes sense of the answer; what can't be read is asked for again
   * @throws ModelException if it failed for good, or the thread was interrupted
   */
  <R, T> T call(int tokens, Function<OpenAIClient, R> request, Function<R, T> reading) {
    return call(tokens, () -> true, request, reading);
  }

  /**
   * Carries out a request whose answer is read while it comes.
   *
   * @param repeatable asked before a retry
   */
  <T> T call(int tokens, BooleanSupplier repeatable, Function<OpenAIClient, T> request) {
    return call(tokens, repeatable, request, Function.identity());
  }

  private <R, T> T call(
      int tokens,
      BooleanSupplier repeatable,
      Function<OpenAIClient, R> request,
      Function<R, T> reading) {
    try {
      for (int attempt = 0; ; attempt++) {
        try {
          return reading.apply(send(attempt, tokens, request));
        } catch (InvalidInputException | AttuneException e) {
          throw e;
        } catch (RuntimeException e) {
          Duration pause = pauseBeforeRetry(attempt, repeatable, e);
          meter.retried();
          waiting.sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted", e);
    }
  }

  private <R> R send(int attempt, int tokens, Function<OpenAIClient, R> request)
      throws InterruptedException {
    places.acquire();
    try {
      // With its place in hand, so that nothing lies between its turn and its start: a 429 that
      // comes meanwhile holds it back, too.
      pacer.await(tokens);
      return request.apply(client);
    } catch (RuntimeException e) {
      // Before the place is free: whoever takes it must find the pause.
      if (ServiceFaults.isRateLimit(e) && faults.isPassing(e)) {
        pacer.pause(heldBack(attempt, e));
      }
      throw e;
    } finally {
      places.release();
    }
  }

  /** No longer than requests themselves are allowed to wait. */
  private Duration heldBack(int attempt, RuntimeException failure) {
    Duration longest = settings.retry().longestPause();
    Duration asked =
        ServiceFaults.retryAfter(failure, waiting.now())
            .orElseGet(() -> settings.retry().pause(attempt));
    return asked.compareTo(longest) < 0 ? asked : longest;
  }

  /** How long to wait; throws what can't be cured by waiting. */
  private Duration pauseBeforeRetry(
      int attempt, BooleanSupplier repeatable, RuntimeException failure)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (ServiceFaults.isRedirect(failure)) {
      throw new InvalidInputException(
          ErrorCode.URL_NOT_ALLOWED,
          "base URL %s redirects to another address, which is not followed"
              .formatted(EndpointRules.shown(settings.baseUrl())));
    }
    String reason = faults.describe(failure, settings.timeout());
    RetrySettings retry = settings.retry();
    if (!faults.isPassing(failure) || !repeatable.getAsBoolean()) {
      throw failed(reason, failure);
    }
    if (attempt == retry.retries()) {
      throw failed(reason + attempts(attempt + 1), failure);
    }
    Optional<Duration> asked = ServiceFaults.retryAfter(failure, waiting.now());
    if (asked.isPresent() && asked.get().compareTo(retry.longestPause()) > 0) {
      throw failed(
          "%s; it asks to wait %d s, more than the %d s allowed"
              .formatted(reason, asked.get().toSeconds(), retry.longestPause().toSeconds()),
          failure);
    }
    Duration own = shortened(retry.pause(attempt));
    return asked.filter(least -> least.compareTo(own) > 0).orElse(own);
  }

  private Duration shortened(Duration pause) {
    return Duration.ofNanos((long) (pause.toNanos() * (1 - random.nextDouble() / 2)));
  }

  private static String attempts(int attempts) {
    return attempts == 1 ? "" : " (after " + attempts + " attempts)";
  }

  /** The error of a request. */
  ModelException failed(String reason) {
    return new ModelException(failureCode, message(reason));
  }

  private ModelException failed(String reason, Throwable cause) {
    return new ModelException(failureCode, message(reason), withoutSecrets(cause));
  }

  /**
   * Only the kind and place of what the library threw: its own messages quote the service, which
   * may quote the key.
   */
  private static Throwable withoutSecrets(Throwable cause) {
    Throwable safe = new IllegalStateException(cause.getClass().getName());
    safe.setStackTrace(cause.getStackTrace());
    return safe;
  }

  private String message(String reason) {
    return "model '%s' at %s: %s".formatted(model, EndpointRules.shown(settings.baseUrl()), reason);
  }

  @Override
  public void close() {
    client.close();
    GuardedHttp.close(http);
  }
}
