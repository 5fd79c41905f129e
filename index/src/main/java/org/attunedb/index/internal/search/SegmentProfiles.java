package org.attunedb.index.internal.search;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.IndexReader.CacheKey;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.SearchTimeoutException;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a collection's segments, each entry kept as long as its segment. The merge that
 * makes a segment with a graph calibrates it before searches see it, and commits keep that. One
 * that has no calibration nevertheless, because an older version made it, is calibrated in the
 * background when a search first asks for a recall. Queries that were made of a segment's vectors
 * are only like those that come: once enough have come, a sample of them calibrates in the
 * background what they search, and what that says is used instead. Thread-safe.
 */
public final class SegmentProfiles implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(SegmentProfiles.class);

  /** Which queries stay in the sample is chance, but the same chance each time. */
  private static final long SAMPLING_SEED = 8;

  /** After a measurement with the sample so many times as long passes before a further one. */
  private static final int REST = 20;

  private final Map<CacheKey, SegmentProfile> profiles = new ConcurrentHashMap<>();

  private final Calibrations calibrations = new Calibrations();
  private final QuerySample sample = new QuerySample(new SplittableRandom(SAMPLING_SEED));

  /** The ids of segments that were, or will be, measured because a search asked. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /** Whether a segment is, or will be, measured with the sample: one at a time. */
  private final AtomicBoolean sampling = new AtomicBoolean();

  /** By segments' ids until when, by the ticker, they are not measured with a further sample. */
  private final Map<String, Long> rests = new ConcurrentHashMap<>();

  private final Calibrator calibrator;
  private final GraphMemory memory;
  private final ReadAhead ahead;
  private final Executor background;
  private final LongSupplier ticker;
  private volatile boolean closed;

  /** Held while a segment is measured that somebody asked for, so that it is measured once. */
  private final Lock onDemand = new ReentrantLock();

  /** Measurements under way in the background. Guarded by this. */
  private int measuring;

  /**
   * Of a collection.
   *
   * @param similarity that its vectors are compared by
   * @param memory for the graphs of its segments
   * @param ahead whether vectors are asked for before they are compared; of this collection alone
   * @param background measures what searches asked for
   */
  public SegmentProfiles(
      Similarity similarity, GraphMemory memory, ReadAhead ahead, Executor background) {
    this(similarity, memory, ahead, background, System::nanoTime);
  }

  /**
   * The same.
   *
   * @param ticker nanoseconds
   */
  SegmentProfiles(
      Similarity similarity,
      GraphMemory memory,
      ReadAhead ahead,
      Executor background,
      LongSupplier ticker) {
    this.calibrator = new Calibrator(similarity, ahead);
    this.memory = memory;
    this.ahead = ahead;
    this.background = background;
    this.ticker = ticker;
  }

  ReadAhead readAhead() {
    return ahead;
  }

  /** Calibrates a segment that has a graph, unless that was done; {@link #close} ends it. */
  public void warm(LeafReader segment) throws IOException {
    // Started before the first look at the flag: whatever closes later ends it.
    SearchClock clock = untilClosed();
    SegmentProfile profile = of(segment);
    if (!closed && profile.hasGraph() && calibrations.made(profile.id()) == null) {
      try {
        calibrations.putMade(profile.id(), calibrator.calibrate(segment, profile, clock));
      } catch (SearchTimeoutException e) {
        // The collection is being closed; who opens it again searches the segment without.
        return;
      } catch (IOException | RuntimeException e) {
        // The segment is as good without: a merge that failed here would end all writes.
        LOGGER.warn("segment {} is not calibrated: {}", profile.segment(), e.toString());
      }
    }
  }

  private SearchClock untilClosed() {
    return new SearchClock(() -> closed ? 1 : 0, Duration.ofNanos(1));
  }

  /** Calibrates as {@link #warm} does, after those that searches asked for. */
  void measured(LeafReader segment) throws IOException {
    if (calibrations.made(SegmentProfile.id(segment)) != null) {
      return;
    }
    onDemand.lock();
    try {
      warm(segment);
    } finally {
      onDemand.unlock();
    }
  }

  /** Ends what is being measured, and waits for that: nobody will search any more. */
  @Override
  public synchronized void close() {
    closed = true;
    boolean interrupted = false;
    while (measuring > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes what {@link #stored} gave before; anything else among it is passed over. */
  public void restore(Map<String, String> entries) {
    calibrations.restore(entries);
  }

  /** Whether {@link #stored} would give something that it did not give before. */
  public boolean hasUnsaved() {
    return calibrations.hasUnsaved();
  }

  /** The calibrations of these segments, as far as there are any, to be kept. */
  public Map<String, String> stored(List<LeafReaderContext> segments) {
    return calibrations.stored(segments);
  }

  /** The profile of a segment, which later views share. */
  SegmentProfile of(LeafReader segment) throws IOException {
    CacheHelper core = segment.getCoreCacheHelper();
    if (core == null) {
      return SegmentProfile.of(segment, GraphMemory.none(), ahead);
    }
    SegmentProfile known = profiles.get(core.getKey());
    if (known != null) {
      return known;
    }
    SegmentProfile profile = SegmentProfile.of(segment, memory, ahead);
    SegmentProfile other = profiles.putIfAbsent(core.getKey(), profile);
    if (other != null) {
      return other;
    }
    ahead.add(profile.vectors());
    core.addClosedListener(
        key -> {
          ahead.add(-profile.vectors());
          profiles.remove(key);
          calibrations.remove(profile.id());
          asked.remove(profile.id());
          rests.remove(profile.id());
          if (profile.walker() != null) {
            profile.walker().close();
          }
        });
    return profile;
  }

  /** Learns from a query what queries of this collection are like. */
  void searched(float[] query) {
    sample.offer(query);
  }

  /**
   * The calibration of a segment with a graph if there is one yet.
   *
   * @param repeatable whether it has to be the same however much was searched
   */
  @Nullable Calibration known(SegmentProfile profile, boolean repeatable) {
    Calibration sampled = repeatable ? null : calibrations.sampled(profile.id());
    return sampled == null ? calibrations.made(profile.id()) : sampled;
  }

  /**
   * The same, of one that is used. If there is none, or the sample of queries says more than it
   * did, one is made in the background, once, and nobody waits for it.
   */
  @Nullable Calibration wanted(LeafReader segment, SegmentProfile profile, boolean repeatable) {
    String id = profile.id();
    if (calibrations.made(id) == null) {
      if (!closed && asked.add(id)) {
        background(() -> measure(segment, profile), () -> asked.remove(id));
      }
    } else if (!repeatable && isWorthSampling(id) && sampling.compareAndSet(false, true)) {
      background(() -> measureSampled(segment, profile), () -> sampling.set(false));
    }
    return known(profile, repeatable);
  }

  private boolean isWorthSampling(String segment) {
    if (closed || sample.edition() <= calibrations.edition(segment)) {
      return false;
    }
    Long rest = rests.get(segment);
    return rest == null || ticker.getAsLong() - rest >= 0;
  }

  private void background(Runnable measurement, Runnable otherwise) {
    try {
      background.execute(measurement);
    } catch (RejectedExecutionException e) {
      // The store is being closed.
      otherwise.run();
    }
  }

  private void measure(LeafReader segment, SegmentProfile profile) {
    if (!begin(segment)) {
      // The view that asked is gone; if the segment is not, another will ask.
      asked.remove(profile.id());
      return;
    }
    try {
      measured(segment);
    } catch (IOException e) {
      LOGGER.warn("segment {} is not calibrated: {}", profile.segment(), e.toString());
    } finally {
      end(segment);
    }
  }

  private void measureSampled(LeafReader segment, SegmentProfile profile) {
    // Started before the first look at the flag, as above.
    SearchClock clock = untilClosed();
    try {
      if (begin(segment)) {
        try {
          measureSampled(segment, profile, clock);
        } finally {
          end(segment);
        }
      }
    } finally {
      sampling.set(false);
    }
  }

  private void measureSampled(LeafReader segment, SegmentProfile profile, SearchClock clock) {
    int edition = sample.edition();
    boolean measured = false;
    onDemand.lock();
    long start = ticker.getAsLong();
    try {
      FloatVectorValues values = segment.getFloatVectorValues(Fields.VECTOR);
      // Reading all vectors would drive out of memory what searches need.
      if (values != null && !ahead.isLarge(values.dimension())) {
        calibrations.putSampled(
            profile.id(), calibrator.calibrate(segment, profile, sample.queries(), clock), edition);
        measured = true;
      }
    } catch (SearchTimeoutException e) {
      // The collection is being closed: nobody will ask again.
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("segment {} is not measured with queries: {}", profile.segment(), e.toString());
    } finally {
      long end = ticker.getAsLong();
      onDemand.unlock();
      if (!measured) {
        calibrations.pass(profile.id(), edition);
      }
      rests.put(profile.id(), end + REST * (end - start));
    }
  }

  private synchronized boolean begin(LeafReader segment) {
    boolean begins = !closed && segment.tryIncRef();
    measuring += begins ? 1 : 0;
    return begins;
  }

  private void end(LeafReader segment) {
    try {
      segment.decRef();
    } catch (IOException e) {
      LOGGER.warn("closing a segment: {}", e.toString());
    } finally {
      synchronized (this) {
        measuring--;
        notifyAll();
      }
    }
  }
}
