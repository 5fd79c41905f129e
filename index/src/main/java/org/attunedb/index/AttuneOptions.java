package org.attunedb.index;

import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.training.AdapterTrainer;

/**
 * How a store is opened, and what it takes from its surroundings.
 *
 * @param mode what may be done to the folder
 * @param durability when an acknowledged write is safe from what
 * @param verifyBytes how much of a collection's index is read when it is opened, to compare it with
 *     its checksums: smaller files first, until this many bytes; at least 0
 * @param mergeThreads how many threads build one graph, the one that merges among them; at least 1.
 *     All merges of the store share the others. With more than one, two stores with the same
 *     documents get graphs that find as much but are not the same
 * @param mergeHeapBytes what graphs may take of the heap while merges build them, all of the store
 *     together; at least 1. Merges that don't fit wait, and one that needs more is done alone
 * @param searchThreads how many threads search the segments of one request, the caller's among
 *     them; at least 1. All searches of the store share the others, and a search that finds them
 *     busy does without. With more than one, walks of graphs find as much in every run but need not
 *     find the same; exact searches do
 * @param searchHeapBytes what searches may keep of graphs on the heap, all of the store together;
 *     at least 0. With m = 16, 132 bytes for each vector that they come by: walks of what is kept
 *     take a tenth less time
 * @param clock of the times that are recorded; nothing is ordered by it
 * @param random source of ids; thread-safe
 * @param trainer finds the trainer when one is first needed
 */
public record AttuneOptions(
    OpenMode mode,
    Durability durability,
    long verifyBytes,
    int mergeThreads,
    long mergeHeapBytes,
    int searchThreads,
    long searchHeapBytes,
    Clock clock,
    RandomGenerator random,
    Supplier<Optional<AdapterTrainer>> trainer) {
  /** Reading this much takes about a second from a fast disk. */
  public static final long DEFAULT_VERIFY_BYTES = 1L << 30;

  /** Most threads of a graph. */
  public static final int MAX_MERGE_THREADS = 256;

  /** Parts of the largest heap: a quarter for merges, a sixteenth for searches. */
  private static final int MERGING = 4;

  private static final int SEARCHING = 16;

  /** Most threads of a search. */
  public static final int MAX_SEARCH_THREADS = 256;

  /** Checks the range. */
  public AttuneOptions {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(durability, "durability");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(trainer, "trainer");
    if (verifyBytes < 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "verifyBytes is " + verifyBytes + ", expected at least 0");
    }
    if (mergeThreads < 1 || mergeThreads > MAX_MERGE_THREADS) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "mergeThreads is " + mergeThreads + ", expected 1 to " + MAX_MERGE_THREADS);
    }
    if (mergeHeapBytes < 1) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "mergeHeapBytes is " + mergeHeapBytes + ", expected at least 1");
    }
    if (searchThreads < 1 || searchThreads > MAX_SEARCH_THREADS) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "searchThreads is " + searchThreads + ", expected 1 to " + MAX_SEARCH_THREADS);
    }
    if (searchHeapBytes < 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "searchHeapBytes is " + searchHeapBytes + ", expected at least 0");
    }
  }

  /**
   * As many merge threads as there are processors, a quarter of the largest heap for graphs that
   * are being built, a sixteenth for those that are searched, and searches in the caller's thread
   * alone.
   */
  public AttuneOptions(
      OpenMode mode,
      Durability durability,
      long verifyBytes,
      Clock clock,
      RandomGenerator random,
      Supplier<Optional<AdapterTrainer>> trainer) {
    this(
        mode,
        durability,
        verifyBytes,
        processors(),
        heapPart(MERGING),
        1,
        heapPart(SEARCHING),
        clock,
        random,
        trainer);
  }

  private static int processors() {
    return Math.min(MAX_MERGE_THREADS, Runtime.getRuntime().availableProcessors());
  }

  private static long heapPart(int part) {
    return Math.max(1, Runtime.getRuntime().maxMemory() / part);
  }

  /**
   * Opens or creates, {@link Durability.Sync}, 1 GiB verified, a merge thread for each processor, a
   * quarter of the heap for merges, searches in the caller's thread, system clock, secure random
   * numbers, and the trainer found by {@link ServiceLoader}.
   */
  public static AttuneOptions defaults() {
    return new AttuneOptions(
        OpenMode.OPEN_OR_CREATE,
        Durability.sync(),
        DEFAULT_VERIFY_BYTES,
        Clock.systemUTC(),
        RandomGeneratorFactory.of("SecureRandom").create(),
        () -> ServiceLoader.load(AdapterTrainer.class).findFirst());
  }

  /** These options with another mode. */
  public AttuneOptions withMode(OpenMode newMode) {
    return new AttuneOptions(
        newMode,
        durability,
        verifyBytes,
        mergeThreads,
        mergeHeapBytes,
        searchThreads,
        searchHeapBytes,
        clock,
        random,
        trainer);
  }

  /** These options with another durability. */
  public AttuneOptions withDurability(Durability newDurability) {
    return new AttuneOptions(
        mode,
        newDurability,
        verifyBytes,
        mergeThreads,
        mergeHeapBytes,
        searchThreads,
        searchHeapBytes,
        clock,
        random,
        trainer);
  }

  /** These options with another limit of what is verified when a collection is opened. */
  public AttuneOptions withVerifyBytes(long bytes) {
    return new AttuneOptions(
        mode,
        durability,
        bytes,
        mergeThreads,
        mergeHeapBytes,
        searchThreads,
        searchHeapBytes,
        clock,
        random,
        trainer);
  }

  /** These options with another number of threads that build a graph. */
  public AttuneOptions withMergeThreads(int threads) {
    return new AttuneOptions(
        mode,
        durability,
        verifyBytes,
        threads,
        mergeHeapBytes,
        searchThreads,
        searchHeapBytes,
        clock,
        random,
        trainer);
  }

  /** These options with another limit of what building graphs takes of the heap. */
  public AttuneOptions withMergeHeapBytes(long bytes) {
    return new AttuneOptions(
        mode,
        durability,
        verifyBytes,
        mergeThreads,
        bytes,
        searchThreads,
        searchHeapBytes,
        clock,
        random,
        trainer);
  }

  /** These options with another number of threads that search the segments of one request. */
  public AttuneOptions withSearchThreads(int threads) {
    return new AttuneOptions(
        mode,
        durability,
        verifyBytes,
        mergeThreads,
        mergeHeapBytes,
        threads,
        searchHeapBytes,
        clock,
        random,
        trainer);
  }

  /** These options with another limit of what searches keep of graphs on the heap. */
  public AttuneOptions withSearchHeapBytes(long bytes) {
    return new AttuneOptions(
        mode,
        durability,
        verifyBytes,
        mergeThreads,
        mergeHeapBytes,
        searchThreads,
        bytes,
        clock,
        random,
        trainer);
  }

  /** These options with another trainer. */
  public AttuneOptions withTrainer(Supplier<Optional<AdapterTrainer>> newTrainer) {
    return new AttuneOptions(
        mode,
        durability,
        verifyBytes,
        mergeThreads,
        mergeHeapBytes,
        searchThreads,
        searchHeapBytes,
        clock,
        random,
        newTrainer);
  }
}
