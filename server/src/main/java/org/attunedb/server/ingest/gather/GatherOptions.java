package org.attunedb.server.ingest.gather;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What of a source is taken, and how fast. The first four count for folders, too.
 *
 * @param maxPages most pages or files that are looked at; 1 to 10,000,000
 * @param maxBytes longest page or file; longer ones are left out; 1 to 1 GiB
 * @param include patterns of which a page's path must match one to be stored; none: all. Links of
 *     pages that don't match are followed.
 * @param exclude patterns; a page whose path matches one is never asked for
 * @param maxDepth most links between the first page and another; 0 to 1,000
 * @param concurrency most requests at a time; 1 to 64
 * @param delay least time between the beginnings of two requests; up to an hour. A longer
 *     Crawl-delay of robots.txt goes before.
 * @param timeout longest time for one request, its body included; above 0
 * @param retries how often a request is repeated that failed for a reason that may pass; 0 to 10
 * @param retryDelay before the first repetition; doubled for each further one. A Retry-After of the
 *     server goes before, up to a minute.
 * @param maxQueries most addresses that differ in their query only, against calendars and the like;
 *     1 to 10,000,000
 * @param robots whether robots.txt is obeyed
 * @param userAgent how requests introduce themselves
 */
public record GatherOptions(
    int maxPages,
    int maxBytes,
    List<String> include,
    List<String> exclude,
    int maxDepth,
    int concurrency,
    Duration delay,
    Duration timeout,
    int retries,
    Duration retryDelay,
    int maxQueries,
    boolean robots,
    String userAgent) {
  private static final int MANY = 10_000_000;
  private static final GatherOptions DEFAULTS =
      new GatherOptions(
          10_000,
          16 << 20,
          List.of(),
          List.of(),
          32,
          4,
          Duration.ofMillis(100),
          Duration.ofSeconds(30),
          2,
          Duration.ofSeconds(1),
          100,
          true,
          "attune-ingest");

  /** Checks the ranges. */
  public GatherOptions {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    Objects.requireNonNull(userAgent, "userAgent");
    require("max pages", maxPages, 1, MANY);
    require("max bytes", maxBytes, 1, 1 << 30);
    require("depth", maxDepth, 0, 1_000);
    require("concurrency", concurrency, 1, 64);
    require("delay in ms", delay.toMillis(), 0, Duration.ofHours(1).toMillis());
    require("timeout in ms", timeout.toMillis(), 1, Duration.ofHours(1).toMillis());
    require("retries", retries, 0, 10);
    require("delay of retries in ms", retryDelay.toMillis(), 0, Duration.ofHours(1).toMillis());
    require("max queries", maxQueries, 1, MANY);
    if (!userAgent.matches("[\\x21-\\x7E][\\x20-\\x7E]{0,199}")) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "user agent '" + userAgent + "' is not 1 to 200 printable ASCII characters");
    }
  }

  /**
   * 10,000 pages of 16 MiB, 32 links deep, 4 requests at a time, 100 ms apart, each of at most 30 s
   * and tried 3 times, 100 queries, robots.txt obeyed.
   */
  public static GatherOptions defaults() {
    return DEFAULTS;
  }

  /** A builder that begins with these options; not thread-safe. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects options. */
  public static final class Builder {
    private int maxPages;
    private int maxBytes;
    private List<String> include;
    private List<String> exclude;
    private int maxDepth;
    private int concurrency;
    private Duration delay;
    private Duration timeout;
    private int retries;
    private Duration retryDelay;
    private int maxQueries;
    private boolean robots;
    private String userAgent;

    private Builder(GatherOptions from) {
      maxPages = from.maxPages;
      maxBytes = from.maxBytes;
      include = from.include;
      exclude = from.exclude;
      maxDepth = from.maxDepth;
      concurrency = from.concurrency;
      delay = from.delay;
      timeout = from.timeout;
      retries = from.retries;
      retryDelay = from.retryDelay;
      maxQueries = from.maxQueries;
      robots = from.robots;
      userAgent = from.userAgent;
    }

    /** See {@link GatherOptions#maxPages}. */
    public Builder maxPages(int value) {
      maxPages = value;
      return this;
    }

    /** See {@link GatherOptions#maxBytes}. */
    public Builder maxBytes(int value) {
      maxBytes = value;
      return this;
    }

    /** See {@link GatherOptions#include}. */
    public Builder include(List<String> value) {
      include = value;
      return this;
    }

    /** See {@link GatherOptions#exclude}. */
    public Builder exclude(List<String> value) {
      exclude = value;
      return this;
    }

    /** See {@link GatherOptions#maxDepth}. */
    public Builder maxDepth(int value) {
      maxDepth = value;
      return this;
    }

    /** See {@link GatherOptions#concurrency}. */
    public Builder concurrency(int value) {
      concurrency = value;
      return this;
    }

    /** See {@link GatherOptions#delay}. */
    public Builder delay(Duration value) {
      delay = value;
      return this;
    }

    /** See {@link GatherOptions#timeout}. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** See {@link GatherOptions#retries}. */
    public Builder retries(int value) {
      retries = value;
      return this;
    }

    /** See {@link GatherOptions#retryDelay}. */
    public Builder retryDelay(Duration value) {
      retryDelay = value;
      return this;
    }

    /** See {@link GatherOptions#maxQueries}. */
    public Builder maxQueries(int value) {
      maxQueries = value;
      return this;
    }

    /** See {@link GatherOptions#robots}. */
    public Builder robots(boolean value) {
      robots = value;
      return this;
    }

    /** See {@link GatherOptions#userAgent}. */
    public Builder userAgent(String value) {
      userAgent = value;
      return this;
    }

    /** The finished options. */
    public GatherOptions build() {
      return new GatherOptions(
          maxPages,
          maxBytes,
          include,
          exclude,
          maxDepth,
          concurrency,
          delay,
          timeout,
          retries,
          retryDelay,
          maxQueries,
          robots,
          userAgent);
    }
  }

  private static void require(String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
  }
}
