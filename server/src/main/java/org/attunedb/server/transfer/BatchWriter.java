package org.attunedb.server.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.attunedb.core.Document;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.transfer.Row.Bad;
import org.attunedb.server.transfer.Row.Good;

/** Writes documents in batches of bounded number and size. Not thread-safe. */
final class BatchWriter {
  /** Bytes of the input file; what they become in memory is of the same order. */
  static final long MAX_BYTES = 16 << 20;

  private final Consumer<List<Document>> target;
  private final Refusals refusals;
  private final List<Good> batch = new ArrayList<>();
  private long bytes;
  private long written;

  /** What happens to rows that can't be written. */
  interface Refusals {
    /**
     * Notes the row, or throws its fault.
     *
     * @param written documents in the collection so far
     */
    void add(Bad row, long written);

    /** Told of a batch with such rows before they are looked for; may throw the fault instead. */
    void batch(InvalidInputException fault, long written);
  }

  /**
   * A writer of batches.
   *
   * @param target takes a batch as a whole or refuses it
   */
  BatchWriter(Consumer<List<Document>> target, Refusals refusals) {
    this.target = target;
    this.refusals = refusals;
  }

  /**
   * Adds a row.
   *
   * @param size in bytes, in its file
   */
  void add(Row row, long size) {
    switch (row) {
      case Bad bad -> refusals.add(bad, written);
      case Good good -> {
        batch.add(good);
        bytes += size;
      }
    }
    if (batch.size() >= VectorCollection.MAX_BATCH || bytes >= MAX_BYTES) {
      flush();
    }
  }

  /** Writes what was added. */
  void flush() {
    write(batch);
    batch.clear();
    bytes = 0;
  }

  /** Documents in the collection so far. */
  long written() {
    return written;
  }

  /** A batch is refused as a whole: halves of it lead to the documents that are to blame. */
  private void write(List<Good> rows) {
    if (rows.isEmpty()) {
      return;
    }
    try {
      target.accept(rows.stream().map(Good::document).toList());
      written += rows.size();
    } catch (InvalidInputException e) {
      if (rows.size() == 1) {
        refusals.add(rows.getFirst().refused(e), written);
        return;
      }
      refusals.batch(e, written);
      int half = rows.size() / 2;
      write(rows.subList(0, half));
      write(rows.subList(half, rows.size()));
    }
  }
}
