package org.attunedb.server.ingest;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.VectorCollection;
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
 * @param batch documents that are embedded and stored together, 1 to {@value
 *     VectorCollection#MAX_BATCH}. With an embedding service, as many as fill all the requests that
 *     may be under way: what is embedded together is sent at the same time. Fewer are taken if
 *     their texts are long, or when the first has waited long enough.
 * @param flushAfter how long a page waits at most for others before it is stored, and so what a
 *     slow source loses if it is cut off, besides what is being stored just then; above 0, up to an
 *     hour
 */
public record IngestOptions(
    GatherOptions gather,
    SplitOptions split,
    @Nullable Path journals,
    Clock clock,
    int batch,
    Duration flushAfter) {
  /** What one fsync is worth. */
  public static final int DEFAULT_BATCH = 256;

  /** What a person does not mind to lose. */
  public static final Duration DEFAULT_FLUSH_AFTER = Duration.ofSeconds(5);

  /** More is not allowed. */
  public static final Duration LONGEST_FLUSH_AFTER = Duration.ofHours(1);

  /** Checks for nulls and the ranges. */
  public IngestOptions {
    Objects.requireNonNull(gather, "gather");
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(clock, "clock");
    if (batch < 1 || batch > VectorCollection.MAX_BATCH) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "batch is %s documents, expected 1 to %s".formatted(batch, VectorCollection.MAX_BATCH));
    }
    if (!flushAfter.isPositive() || flushAfter.compareTo(LONGEST_FLUSH_AFTER) > 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "flush after is %s, expected more than 0 and at most an hour".formatted(flushAfter));
    }
  }

  /**
   * The defaults of {@link GatherOptions} and {@link SplitOptions}, batches of {@value
   * #DEFAULT_BATCH} documents or 5 s, without journals.
   */
  public static IngestOptions defaults() {
    return new IngestOptions(
        GatherOptions.defaults(),
        SplitOptions.defaults(),
        null,
        Clock.systemUTC(),
        DEFAULT_BATCH,
        DEFAULT_FLUSH_AFTER);
  }

  /** These options with another way to gather. */
  public IngestOptions withGather(GatherOptions newGather) {
    return new IngestOptions(newGather, split, journals, clock, batch, flushAfter);
  }

  /** These options with another way to split. */
  public IngestOptions withSplit(SplitOptions newSplit) {
    return new IngestOptions(gather, newSplit, journals, clock, batch, flushAfter);
  }

  /** These options with a folder for journals. */
  public IngestOptions withJournals(Path folder) {
    return new IngestOptions(gather, split, folder, clock, batch, flushAfter);
  }

  /** These options with another clock. */
  public IngestOptions withClock(Clock newClock) {
    return new IngestOptions(gather, split, journals, newClock, batch, flushAfter);
  }

  /** These options with batches of so many documents. */
  public IngestOptions withBatch(int documents) {
    return new IngestOptions(gather, split, journals, clock, documents, flushAfter);
  }

  /** These options with another wait. */
  public IngestOptions withFlushAfter(Duration wait) {
    return new IngestOptions(gather, split, journals, clock, batch, wait);
  }
}
