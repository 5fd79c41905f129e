package org.attunedb.server.ingest;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.attunedb.server.ingest.gather.GatherOptions;
import org.attunedb.server.ingest.split.SplitOptions;
import org.jspecify.annotations.Nullable;

/**
 * How an ingestion works. Immutable.
 *
 * @param gather what of a source is taken, and how fast
 * @param split how texts become documents
 * @param journals folder for the journals of this collection's sources, one file each, by which
 *     pages that did not change are not read again and a run that was cut off is taken up; null to
 *     do without. It belongs to one collection and one ingestion at a time.
 * @param clock tells how old a run is that was cut off
 */
public record IngestOptions(
    GatherOptions gather, SplitOptions split, @Nullable Path journals, Clock clock) {
  /** Checks for nulls. */
  public IngestOptions {
    Objects.requireNonNull(gather, "gather");
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(clock, "clock");
  }

  /** The defaults of {@link GatherOptions} and {@link SplitOptions}, without journals. */
  public static IngestOptions defaults() {
    return new IngestOptions(
        GatherOptions.defaults(), SplitOptions.defaults(), null, Clock.systemUTC());
  }

  /** These options with another way to gather. */
  public IngestOptions withGather(GatherOptions newGather) {
    return new IngestOptions(newGather, split, journals, clock);
  }

  /** These options with another way to split. */
  public IngestOptions withSplit(SplitOptions newSplit) {
    return new IngestOptions(gather, newSplit, journals, clock);
  }

  /** These options with a folder for journals. */
  public IngestOptions withJournals(Path folder) {
    return new IngestOptions(gather, split, folder, clock);
  }

  /** These options with another clock. */
  public IngestOptions withClock(Clock newClock) {
    return new IngestOptions(gather, split, journals, newClock);
  }
}
