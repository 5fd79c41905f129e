package org.attunedb.index.internal.search;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.IndexReader.CacheKey;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.SearchTimeoutException;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a collection's segments, each entry kept as long as its segment. The merge that
 * makes a segment with a graph calibrates it before searches see it, and commits keep that. One
 * that has no calibration nevertheless, because an older version made it, is calibrated in the
 * background when a search first asks for a recall. Thread-safe.
 */
public final class SegmentProfiles implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(SegmentProfiles.class);

  /**
   * With a number that rises when points come to mean something else: those of before don't hold.
   */
  private static final String STORED = "attune.calibration.3.";

  private final Map<CacheKey, SegmentProfile> profiles = new ConcurrentHashMap<>();

  /** By the segments' ids. */
  private final Map<String, Calibration> calibrations = new ConcurrentHashMap<>();

  /** Whether a calibration was made that no commit has yet. */
  private final AtomicBoolean unsaved = new AtomicBoolean();

  /** The ids of segments that were, or will be, measured because a search asked. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private final Calibrator calibrator;
  private final GraphMemory memory;
  private final ReadAhead ahead;
  private final Executor background;
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
    this.calibrator = new Calibrator(similarity, ahead);
    this.memory = memory;
    this.ahead = ahead;
    this.background = background;
  }

  ReadAhead readAhead() {
    return ahead;
  }

  /** Calibrates a segment that has a graph, unless that was done; {@link #close} ends it. */
  public void warm(LeafReader segment) throws IOException {
    // Started before the first look at the flag: whatever closes later ends it.
    SearchClock clock = new SearchClock(() -> closed ? 1 : 0, Duration.ofNanos(1));
    SegmentProfile profile = of(segment);
    if (!closed && profile.hasGraph() && known(profile) == null) {
      try {
        calibrations.put(profile.id(), calibrator.calibrate(segment, profile, clock));
        unsaved.set(true);
      } catch (SearchTimeoutException e) {
        // The collection is being closed; who opens it again searches the segment without.
        return;
      } catch (IOException | RuntimeException e) {
        // The segment is as good without: a merge that failed here would end all writes.
        LOGGER.warn("segment {} is not calibrated: {}", profile.segment(), e.toString());
      }
    }
  }

  /** Calibrates as {@link #warm} does, after those that searches asked for. */
  void measured(LeafReader segment) throws IOException {
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
    entries.forEach(
        (key, text) -> {
          Calibration read = key.startsWith(STORED) ? StoredCalibration.read(text) : null;
          if (read != null) {
            calibrations.put(key.substring(STORED.length()), read);
          }
        });
  }

  /** Whether {@link #stored} would give something that it did not give before. */
  public boolean hasUnsaved() {
    return unsaved.get();
  }

  /** The calibrations of these segments, as far as there are any, to be kept. */
  public Map<String, String> stored(List<LeafReaderContext> segments) {
    unsaved.set(false);
    Map<String, String> entries = new HashMap<>();
    for (LeafReaderContext segment : segments) {
      String id = SegmentProfile.id(segment.reader());
      Calibration known = calibrations.get(id);
      if (known != null) {
        entries.put(STORED + id, StoredCalibration.write(known));
      }
    }
    return entries;
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
          if (profile.walker() != null) {
            profile.walker().close();
          }
        });
    return profile;
  }

  /** The calibration of a segment with a graph if there is one yet. */
  @Nullable Calibration known(SegmentProfile profile) {
    return calibrations.get(profile.id());
  }

  /**
   * The calibration of a segment with a graph. If there is none it is made in the background, once,
   * and nobody waits for it.
   */
  @Nullable Calibration wanted(LeafReader segment, SegmentProfile profile) {
    Calibration known = known(profile);
    if (known == null && !closed && asked.add(profile.id())) {
      try {
        background.execute(() -> measure(segment, profile));
      } catch (RejectedExecutionException e) {
        // The store is being closed.
        asked.remove(profile.id());
      }
    }
    return known;
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
