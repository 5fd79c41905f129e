package org.attunedb.server.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.LogLevel;
import com.openai.core.Timeout;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
  private final AskedAddress address;
  private final OkHttpClient http;
  private final OpenAIClient client;
  private final ServiceFaults faults;
  private final Semaphore places;
  private final ExecutorService readers;
  private final Pacer pacer;
  private final Waiting waiting;
  private final RandomGenerator random;
  private final RetryListener retries;
  private final UsageMeter meter = new UsageMeter();

  /** Whether the service was ever there: then it may well come back. */
  private volatile boolean reached;

  /** What a connection is for. */
  enum Kind {
    EMBEDDINGS("embeddings", ErrorCode.EMBEDDING_FAILED),
    CHAT("chat/completions", ErrorCode.CHAT_FAILED);

    private final String resource;
    private final ErrorCode failureCode;

    Kind(String resource, ErrorCode failureCode) {
      this.resource = resource;
      this.failureCode = failureCode;
    }
  }

  /**
   * A connection for one model.
   *
   * @param kind what is asked for
   * @param random for the pauses
   */
  OpenAiConnection(
      OpenAiSettings settings,
      String model,
      Kind kind,
      RetryListener retries,
      Waiting waiting,
      RandomGenerator random) {
    this.settings = settings;
    this.model = model;
    this.failureCode = kind.failureCode;
    this.address = new AskedAddress(settings.baseUrl(), kind.resource);
    this.retries = retries;
    this.waiting = waiting;
    this.random = random;
    this.http = GuardedHttp.client(settings);
    this.client = client(http, settings);
    this.faults = new ServiceFaults(settings.key(), address);
    this.places = new Semaphore(settings.concurrency());
    this.readers = readers();
    this.pacer = new Pacer(settings.rate(), waiting);
  }

  /**
   * Threads of the platform, which the system interrupts for those that have something to send. In
   * the virtual thread that sent a request, making sense of its answer would keep a processor from
   * all others, and so the next requests from being sent.
   */
  private static ExecutorService readers() {
    return Executors.newFixedThreadPool(
        Runtime.getRuntime().availableProcessors(),
        Thread.ofPlatform().daemon().name("attune-openai-reader-", 0).factory());
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
   * @param reading makes sense of the answer, in a thread of its own; what can't be read is asked
   *     for again
   * @throws ModelException if it failed for good, or the thread was interrupted
   */
  <R, T> T call(int tokens, Function<OpenAIClient, R> request, Function<R, T> reading) {
    return call(tokens, () -> true, request, answer -> read(reading, answer));
  }

  /**
   * Carries out a request whose answer is read while it comes.
   *
   * @param repeatable asked before a retry
   */
  <T> T call(int tokens, BooleanSupplier repeatable, Function<OpenAIClient, T> request) {
    return call(tokens, repeatable, request, answer -> answer);
  }

  /** Also if interrupted: the answer is there and paid for, and reading it takes moments. */
  private <R, T> T read(Function<R, T> reading, R answer) {
    Future<T> result = readers.submit(() -> reading.apply(answer));
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case RuntimeException fault -> throw fault;
            case Error fault -> throw fault;
            case null, default -> throw new IllegalStateException("an answer was not read", e);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
          retries.on(retry(attempt, e, pause));
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
      R answer = request.apply(client);
      reached = true;
      return answer;
    } catch (RuntimeException e) {
      if (!ServiceFaults.isUnreachable(e)) {
        reached = true;
      }
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
    if (!reached && ServiceFaults.isUnreachable(failure)) {
      // More likely a wrong address, or a service that was not started, than one that comes back.
      throw failed(reason + "; does the service run there?", failure);
    }
    if (!faults.isPassing(failure) || !repeatable.getAsBoolean()) {
      throw failed(reason + faults.addressFault(failure), failure);
    }
    if (attempt == retry.retries()) {
      throw failed(reason + attempts(attempt + 1) + faults.addressFault(failure), failure);
    }
    Optional<Duration> asked = ServiceFaults.retryAfter(failure, waiting.now());
    if (asked.isPresent() && asked.get().compareTo(retry.longestPause()) > 0) {
      throw failed(
          "%s; it asks to wait %s s, more than the %s s allowed"
              .formatted(reason, asked.get().toSeconds(), retry.longestPause().toSeconds()),
          failure);
    }
    Duration own = shortened(retry.pause(attempt));
    return asked.filter(least -> least.compareTo(own) > 0).orElse(own);
  }

  private RetryListener.Retry retry(int attempt, RuntimeException failure, Duration pause) {
    String problem = message(faults.describe(failure, settings.timeout()));
    return new RetryListener.Retry(problem, attempt + 1, settings.retry().retries(), pause);
  }

  private Duration shortened(Duration pause) {
    return Duration.ofNanos((long) (pause.toNanos() * (1 - random.nextDouble() / 2)));
  }

  private static String attempts(int attempts) {
    return attempts == 1 ? "" : " (after " + attempts + " attempts)";
  }

  /** The error of an answer that is whole, but has nothing of what was asked for. */
  ModelException foreign(String reason) {
    return failed(reason + address.doubted());
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
    readers.shutdown();
    client.close();
    GuardedHttp.close(http);
  }
}
