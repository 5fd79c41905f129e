package org.attunedb.index.internal.feedback;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.Query;
import org.attunedb.index.Feedback;
import org.attunedb.index.FeedbackLog;
import org.attunedb.index.FeedbackStats;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.PositionBias;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/**
 * The feedback of a collection: files of up to {@value #FILE_BYTES} bytes, of which the newest is
 * written to. A file that was closed is never appended to again: the next entry copies the newest
 * one under a temporary name, without what is unreadable in it, and takes its place. So a backup
 * may link to closed files, and a torn end never comes to stand in the middle. Thread-safe.
 */
public final class FeedbackStore implements FeedbackLog, Closeable {
  static final int FILE_BYTES = MAX_BYTES / 16;
  static final int MAX_FILES = 16;
  private static final String TEMPORARY = ".tmp";

  private final StoreFiles files;
  private final Path directory;
  private final UUID collection;
  private final int dimension;
  private final Clock clock;
  private final Runnable requireWritable;

  /** Null before the first entry, after a failure and while a backup is made. Guarded by this. */
  private @Nullable FeedbackAppender out;

  /** Guarded by this. */
  private boolean closed;

  /**
   * Feedback in a folder, which is made with the first entry.
   *
   * @param dimension of the collection's vectors
   * @param requireWritable throws if the store must not be changed
   */
  public FeedbackStore(
      StoreFiles files,
      Path directory,
      UUID collection,
      int dimension,
      Clock clock,
      Runnable requireWritable) {
    this.files = files;
    this.directory = directory;
    this.collection = collection;
    this.dimension = dimension;
    this.clock = clock;
    this.requireWritable = requireWritable;
  }

  @Override
  public void record(
      Query query, List<String> shown, @Nullable String chosen, @Nullable String adapter) {
    recordAll(
        List.of(
            new Feedback(
                query,
                shown,
                Optional.ofNullable(chosen),
                clock.instant(),
                Optional.ofNullable(adapter))));
  }

  @Override
  public void recordAll(List<Feedback> entries) {
    Objects.requireNonNull(entries, "entries");
    List<byte[]> bodies = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Feedback entry = Objects.requireNonNull(entries.get(i), "entries[" + i + "]");
      requireDimension(entry.query());
      bodies.add(FeedbackCodec.encode(entry));
    }
    requireWritable.run();
    append(bodies);
  }

  private void requireDimension(Query query) {
    Embedding vector = FeedbackCodec.vector(query);
    if (vector != null && vector.dimension() != dimension) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "feedback has a query of %s dimensions, expected %s"
              .formatted(vector.dimension(), dimension));
    }
  }

  private synchronized void append(List<byte[]> bodies) {
    requireOpen();
    try {
      for (byte[] body : bodies) {
        appenderFor(body.length).append(body);
      }
    } catch (IOException e) {
      // Half a frame may be there: the next entry leaves it out.
      abandon(e);
      throw StoreFiles.failed(directory, "write feedback to", e);
    }
  }

  private FeedbackAppender appenderFor(int length) throws IOException {
    if (out == null) {
      out = open();
    }
    if (!out.hasRoom(length)) {
      long next = out.next();
      seal();
      makeRoom();
      out = FeedbackAppender.create(files.ops(), directory, collection, next);
    }
    return out;
  }

  private FeedbackAppender open() throws IOException {
    files.createDirectories(directory);
    for (Path file : files.list(directory)) {
      if (file.getFileName().toString().endsWith(TEMPORARY)) {
        files.ops().delete(file);
      }
    }
    List<Path> paths = FeedbackFile.list(files, directory);
    if (paths.isEmpty()) {
      return FeedbackAppender.create(files.ops(), directory, collection, 0);
    }
    FeedbackFile newest = FeedbackFile.read(files.ops(), paths.getLast(), collection).orElseThrow();
    if (newest.bytes() < FILE_BYTES) {
      return FeedbackAppender.continuing(
          files.ops(), directory, paths.getLast(), TEMPORARY, newest);
    }
    makeRoom();
    return FeedbackAppender.create(files.ops(), directory, collection, newest.next());
  }

  private void makeRoom() throws IOException {
    List<Path> paths = FeedbackFile.list(files, directory);
    for (Path old : paths.subList(0, Math.max(0, paths.size() - MAX_FILES + 1))) {
      files.ops().delete(old);
    }
  }

  /** Ends the file that is being written, so that it does not change any more. */
  private void seal() throws IOException {
    FeedbackAppender sealed = out;
    out = null;
    if (sealed != null) {
      try (sealed) {
        sealed.force();
      }
    }
  }

  private void abandon(IOException failure) {
    FeedbackAppender broken = out;
    out = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the collection of " + directory + " is closed");
    }
  }

  @Override
  public Stream<Feedback> entries() {
    return read().flatMap(file -> file.entries().stream());
  }

  /** Reads a file when the stream comes to it. */
  private Stream<FeedbackFile> read() {
    return FeedbackFile.list(files, directory).stream()
        .flatMap(path -> FeedbackFile.read(files.ops(), path, collection).stream());
  }

  @Override
  public FeedbackStats stats() {
    List<Path> paths = FeedbackFile.list(files, directory);
    long dropped = paths.isEmpty() ? 0 : FeedbackFormat.first(paths.getFirst()).orElse(0L);
    Count count = new Count();
    read().forEach(count::add);
    return new FeedbackStats(
        count.entries,
        count.choices,
        dropped,
        count.bytes,
        count.unreadable,
        Optional.ofNullable(count.oldest),
        Optional.ofNullable(count.newest));
  }

  /** Sums over files. */
  private static final class Count {
    private long entries;
    private long choices;
    private long bytes;
    private long unreadable;
    private @Nullable Instant oldest;
    private @Nullable Instant newest;

    void add(FeedbackFile file) {
      bytes += file.bytes();
      unreadable += file.damagedBytes() + (long) file.tailBytes();
      for (Feedback entry : file.entries()) {
        entries++;
        choices += entry.chosen().isPresent() ? 1 : 0;
        oldest = oldest == null ? entry.time() : oldest;
        newest = entry.time();
      }
    }
  }

  @Override
  public LabelledQueries toTrainingSet(PositionBias bias) {
    Objects.requireNonNull(bias, "bias");
    return FeedbackLabels.of(entries(), bias);
  }

  @Override
  public synchronized void flush() {
    requireOpen();
    if (out != null) {
      try {
        out.force();
      } catch (IOException e) {
        abandon(e);
        throw StoreFiles.failed(directory, "force feedback to", e);
      }
    }
  }

  @Override
  public synchronized long clear() {
    requireWritable.run();
    requireOpen();
    try {
      seal();
    } catch (IOException e) {
      throw StoreFiles.failed(directory, "close feedback in", e);
    }
    long entries = stats().entries();
    files.deleteRecursively(directory);
    return entries;
  }

  /** Goes through every file, none of which changes any more or goes meanwhile. */
  public synchronized void forEachFile(Consumer<Path> action) {
    try {
      seal();
    } catch (IOException e) {
      throw StoreFiles.failed(directory, "force feedback to", e);
    }
    FeedbackFile.list(files, directory).forEach(action);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    seal();
  }
}
