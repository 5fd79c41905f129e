package org.attunedb.index.internal.search;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.IndexReader.CacheKey;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.SearchTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a collection's segments, each entry kept as long as its segment. The merge that
 * makes a segment with a graph calibrates it before searches see it, and commits keep that. One
 * that has no calibration nevertheless, because an older version made it, is calibrated when a
 * search that has all the time first asks for a recall. Thread-safe.
 */
public final class SegmentProfiles implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(SegmentProfiles.class);
  private static final String STORED = "attune.calibration.";

  private final Map<CacheKey, SegmentProfile> profiles = new ConcurrentHashMap<>();

  /** By the segments' ids. */
  private final Map<String, Calibration> calibrations = new ConcurrentHashMap<>();

  /** By the segments' ids: held while one is measured. */
  private final Map<String, Object> measuring = new ConcurrentHashMap<>();

  private final Calibrator calibrator;
  private volatile boolean closed;

  /** Of a collection that compares its vectors so. */
  public SegmentProfiles(Similarity similarity) {
    this.calibrator = new Calibrator(similarity);
  }

  /** Calibrates a segment that has a graph, unless that was done; {@link #close} ends it. */
  public void warm(LeafReader segment) throws IOException {
    // Started before the first look at the flag: whatever closes later ends it.
    SearchClock clock = new SearchClock(() -> closed ? 1 : 0, Duration.ofNanos(1));
    SegmentProfile profile = of(segment);
    if (!closed && profile.hasGraph() && known(profile) == null) {
      try {
        calibrate(segment, profile, clock);
      } catch (SearchTimeoutException e) {
        // The collection is being closed; who opens it again searches the segment without.
        return;
      } catch (RuntimeException e) {
        // The segment is as good without: a merge that failed here would end all writes.
        LOGGER.warn("segment {} is not calibrated: {}", profile.segment(), e.toString());
      }
    }
  }

  /** Ends what merges measure: nobody will search any more. */
  @Override
  public void close() {
    closed = true;
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

  /** The calibrations of these segments, as far as there are any, to be kept. */
  public Map<String, String> stored(List<LeafReaderContext> segments) {
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
      return SegmentProfile.of(segment);
    }
    SegmentProfile known = profiles.get(core.getKey());
    if (known != null) {
      return known;
    }
    SegmentProfile profile = SegmentProfile.of(segment);
    if (profiles.putIfAbsent(core.getKey(), profile) == null) {
      core.addClosedListener(
          key -> {
            profiles.remove(key);
            calibrations.remove(profile.id());
            measuring.remove(profile.id());
          });
    }
    return profile;
  }

  /** The calibration of a segment with a graph if there is one yet. */
  @Nullable Calibration known(SegmentProfile profile) {
    return calibrations.get(profile.id());
  }

  /**
   * The calibration of a segment with a graph, made now if there is none and the time is not
   * limited; else null.
   */
  @Nullable Calibration calibration(LeafReader segment, SegmentProfile profile, SearchClock clock)
      throws IOException {
    Calibration known = known(profile);
    return known == null && !clock.isLimited() ? calibrate(segment, profile, clock) : known;
  }

  /** Searches that ask for the same segment wait for one measurement. */
  private Calibration calibrate(LeafReader segment, SegmentProfile profile, SearchClock clock)
      throws IOException {
    synchronized (measuring.computeIfAbsent(profile.id(), id -> new Object())) {
      Calibration known = known(profile);
      if (known != null) {
        return known;
      }
      Calibration made = calibrator.calibrate(segment, profile, clock);
      calibrations.put(profile.id(), made);
      return made;
    }
  }
}
