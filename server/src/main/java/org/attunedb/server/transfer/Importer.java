package org.attunedb.server.transfer;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.attunedb.core.Document;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.BulkLoad;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.openai.EmbeddingModel;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.transfer.Row.Bad;
import org.attunedb.server.workflow.CollectionFiles;
import org.attunedb.server.workflow.CompactionWatch;

/** Brings files into a collection, holding at most one batch of documents. */
final class Importer {
  private final List<InputFile> files;
  private final CollectionSpec spec;
  private final IntakeRules rules;
  private final Path store;
  private final Out out;

  /** Takes a row and its size in bytes. */
  private interface Sink {
    void accept(Row row, long size);
  }

  /**
   * An import.
   *
   * @param spec what the collection is, or will be, made for
   * @param store the folder of the store, to see how far it is
   */
  Importer(List<InputFile> files, CollectionSpec spec, Path store, Out out) {
    this.files = List.copyOf(files);
    this.spec = spec;
    this.store = store;
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
    return write(collection.get(), new Abort());
  }

  /**
   * Imports what can be imported.
   *
   * @return number of documents
   */
  long skipping(VectorCollection collection, Rejects rejects) {
    return write(collection, new Skip(rejects));
  }

  private static void requireGood(Row row, long size) {
    if (row instanceof Bad bad) {
      throw bad.fault();
    }
  }

  /**
   * After the first reading: only for a file that was changed in between, or for a check that the
   * first reading lacks.
   */
  private static final class Abort implements BatchWriter.Refusals {
    @Override
    public void add(Bad row, long written) {
      batch(row.fault(), written);
    }

    @Override
    public void batch(InvalidInputException fault, long written) {
      throw new InvalidInputException(
          fault.code(),
          "%s; it was found late: %s documents are in the collection already"
              .formatted(fault.getMessage(), written),
          fault);
    }
  }

  /** Notes the rows and goes on. */
  private record Skip(Rejects rejects) implements BatchWriter.Refusals {
    @Override
    public void add(Bad row, long written) {
      rejects.add(row);
    }

    @Override
    public void batch(InvalidInputException fault, long written) {
      // Its rows come one by one.
    }
  }

  private long write(VectorCollection collection, BatchWriter.Refusals refusals) {
    if (!isBulk(collection)) {
      return write(collection::upsert, refusals);
    }
    // Without a finish, closing it keeps what was added.
    try (BulkLoad load = collection.bulkLoad(progress -> {})) {
      long written = write(load::add, refusals);
      finish(collection.name(), load);
      return written;
    }
  }

  /**
   * Whether everything is rewritten once in the end instead of being logged and merged on the way.
   * Vectors that a service was paid for are not risked.
   */
  private boolean isBulk(VectorCollection collection) {
    long input = size();
    return input > BatchWriter.MAX_BYTES
        && input > collection.stats().diskBytes()
        && EmbeddingModel.of(spec.embedder(), spec.dimension()).isEmpty();
  }

  private long write(Consumer<List<Document>> target, BatchWriter.Refusals refusals) {
    BatchWriter writer = new BatchWriter(target, refusals);
    read("importing", writer::add);
    writer.flush();
    return writer.written();
  }

  private void finish(String collection, BulkLoad load) {
    long total = CollectionFiles.bytes(store, collection);
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "merging", total)) {
      CompactionWatch.watch(store, collection, written -> bar.update(written, ""), load::finish);
      bar.update(total, "");
    }
  }

  private long size() {
    return files.stream().mapToLong(InputFile::size).sum();
  }

  private void read(String title, Sink sink) {
    long total = size();
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
