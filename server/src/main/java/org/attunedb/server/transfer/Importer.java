package org.attunedb.server.transfer;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.transfer.Row.Bad;

/** Brings files into a collection, holding at most one batch of documents. */
final class Importer {
  private final List<InputFile> files;
  private final IntakeRules rules;
  private final Out out;

  /** Takes a row and its size in bytes. */
  private interface Sink {
    void accept(Row row, long size);
  }

  Importer(List<InputFile> files, CollectionSpec spec, Out out) {
    this.files = List.copyOf(files);
    this.rules = new IntakeRules(spec);
    this.out = out;
  }

  /**
   * Imports everything or nothing: the files are read twice, and the collection is asked for only
   * if the first reading found no fault.
   *
   * @return number of documents
   * @throws InvalidInputException the first fault
   */
  long allOrNothing(Supplier<VectorCollection> collection) {
    read("checking", Importer::requireGood);
    return write(
        collection.get(),
        (bad, written) -> {
          throw late(bad, written);
        });
  }

  /**
   * Imports what can be imported.
   *
   * @return number of documents
   */
  long skipping(VectorCollection collection, Rejects rejects) {
    return write(collection, (bad, written) -> rejects.add(bad));
  }

  private static void requireGood(Row row, long size) {
    if (row instanceof Bad bad) {
      throw bad.fault();
    }
  }

  /** Only for a file that was changed in between, or a check that the first reading lacks. */
  private static InvalidInputException late(Bad bad, long written) {
    return new InvalidInputException(
        bad.fault().code(),
        "%s; it was found late: %d documents are in the collection already"
            .formatted(bad.fault().getMessage(), written),
        bad.fault());
  }

  private long write(VectorCollection collection, BatchWriter.Refusals refusals) {
    BatchWriter writer = new BatchWriter(collection, VectorCollection.MAX_BATCH, refusals);
    read("importing", writer::add);
    writer.flush();
    return writer.written();
  }

  private void read(String title, Sink sink) {
    long total = files.stream().mapToLong(InputFile::size).sum();
    try (ProgressBar bar =
            new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), title, total);
        CheckedRows rows = new CheckedRows(files, rules)) {
      long read = 0;
      for (Row row = rows.next(); row != null; row = rows.next()) {
        sink.accept(row, rows.position() - read);
        read = rows.position();
        bar.update(read, "");
      }
    }
  }
}
