package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.IndexReader.CacheKey;
import org.apache.lucene.index.LeafReader;
import org.attunedb.core.Similarity;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a collection's segments, each entry kept as long as its segment. A merge
 * calibrates a large segment that it made before searches see it; a smaller one, and what an
 * earlier process made, is calibrated when a search first asks for a recall. Thread-safe.
 */
public final class SegmentProfiles {
  /** Smaller segments come and go, and are calibrated in little time when that is asked for. */
  private static final int WARMED_VECTORS = 20_000;

  private final Map<CacheKey, SegmentProfile> profiles = new ConcurrentHashMap<>();
  private final Map<CacheKey, Calibration> calibrations = new ConcurrentHashMap<>();
  private final Calibrator calibrator;

  /** Of a collection that compares its vectors so. */
  public SegmentProfiles(Similarity similarity) {
    this.calibrator = new Calibrator(similarity);
  }

  /** Calibrates a large segment that has a graph, unless that was done. */
  public void warm(LeafReader segment) throws IOException {
    SegmentProfile profile = of(segment);
    if (profile.hasGraph() && profile.vectors() >= WARMED_VECTORS) {
      calibration(segment, profile);
    }
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
      core.addClosedListener(this::forget);
    }
    return profile;
  }

  private void forget(CacheKey segment) {
    profiles.remove(segment);
    calibrations.remove(segment);
  }

  /** The calibration of a segment with a graph if there is one yet. */
  @Nullable Calibration known(LeafReader segment) {
    CacheHelper core = segment.getCoreCacheHelper();
    return core == null ? null : calibrations.get(core.getKey());
  }

  /** The calibration of a segment with a graph, made now if there is none. */
  Calibration calibration(LeafReader segment, SegmentProfile profile) throws IOException {
    Calibration known = known(segment);
    return known == null ? calibrate(segment, profile) : known;
  }

  /** One at a time: searches that ask for the same segment then wait for one measurement. */
  private synchronized Calibration calibrate(LeafReader segment, SegmentProfile profile)
      throws IOException {
    Calibration known = known(segment);
    if (known != null) {
      return known;
    }
    Calibration made = calibrator.calibrate(segment, profile);
    CacheHelper core = segment.getCoreCacheHelper();
    if (core != null) {
      calibrations.put(core.getKey(), made);
    }
    return made;
  }
}
