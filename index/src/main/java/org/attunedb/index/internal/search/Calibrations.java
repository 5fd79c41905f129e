package org.attunedb.index.internal.search;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.index.LeafReaderContext;
import org.jspecify.annotations.Nullable;

/**
 * The calibrations of a collection's segments, by the segments' ids: with queries that were made
 * for it, and with a {@link QuerySample} of those that came. Thread-safe.
 */
final class Calibrations {
  /**
   * With a number that rises when points come to mean something else: those of before don't hold.
   */
  private static final String MADE = "attune.calibration.3.";

  private static final String SAMPLED = "attune.calibration.sampled.1.";

  private final Map<String, Calibration> made = new ConcurrentHashMap<>();
  private final Map<String, Sampled> sampled = new ConcurrentHashMap<>();

  /** Whether a calibration was made that no commit has yet. */
  private final AtomicBoolean unsaved = new AtomicBoolean();

  /**
   * What came of a sample.
   *
   * @param calibration null if the segment was not measured with it
   * @param edition of the sample
   */
  private record Sampled(@Nullable Calibration calibration, int edition) {}

  /** With queries that were made of the segment's vectors: always the same. */
  @Nullable Calibration made(String segment) {
    return made.get(segment);
  }

  /** With what searches asked for; null as long as there is none. */
  @Nullable Calibration sampled(String segment) {
    Sampled known = sampled.get(segment);
    return known == null ? null : known.calibration;
  }

  /** Which edition of the sample a segment was last measured with; 0 if with none. */
  int edition(String segment) {
    Sampled known = sampled.get(segment);
    return known == null ? 0 : known.edition;
  }

  void putMade(String segment, Calibration calibration) {
    made.put(segment, calibration);
    unsaved.set(true);
  }

  void putSampled(String segment, Calibration calibration, int edition) {
    sampled.put(segment, new Sampled(calibration, edition));
    unsaved.set(true);
  }

  /** Leaves a segment as it is until there is another edition. */
  void pass(String segment, int edition) {
    sampled.merge(
        segment,
        new Sampled(null, edition),
        (known, passed) -> new Sampled(known.calibration, edition));
  }

  void remove(String segment) {
    made.remove(segment);
    sampled.remove(segment);
  }

  /** Takes what {@link #stored} gave before; anything else among it is passed over. */
  void restore(Map<String, String> entries) {
    entries.forEach(
        (key, text) -> {
          Calibration read =
              key.startsWith(MADE) || key.startsWith(SAMPLED) ? StoredCalibration.read(text) : null;
          if (read == null) {
            return;
          }
          if (key.startsWith(MADE)) {
            made.put(key.substring(MADE.length()), read);
          } else {
            // One that has become another is worth a measurement, the first of a process is not.
            sampled.put(key.substring(SAMPLED.length()), new Sampled(read, 1));
          }
        });
  }

  boolean hasUnsaved() {
    return unsaved.get();
  }

  /** The calibrations of these segments, as far as there are any, to be kept. */
  Map<String, String> stored(List<LeafReaderContext> segments) {
    unsaved.set(false);
    Map<String, String> entries = new HashMap<>();
    for (LeafReaderContext segment : segments) {
      String id = SegmentProfile.id(segment.reader());
      store(entries, MADE + id, made(id));
      store(entries, SAMPLED + id, sampled(id));
    }
    return entries;
  }

  private static void store(
      Map<String, String> entries, String key, @Nullable Calibration calibration) {
    if (calibration != null) {
      entries.put(key, StoredCalibration.write(calibration));
    }
  }
}
