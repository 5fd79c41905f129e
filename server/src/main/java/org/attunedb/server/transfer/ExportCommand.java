package org.attunedb.server.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSnapshot;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.DocumentFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code attune export}: a collection into a file. Public because {@link java.util.ServiceLoader}
 * makes it.
 */
public final class ExportCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Export(out));
  }

  @Command(
      name = "export",
      description =
          "Export a collection's documents as they are now, sorted by id; others may write meanwhile. A file appears only when it is complete.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Export implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";

    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "jsonl",
        description =
            "jsonl: a JSON document a line, keeps everything; beir: a folder with corpus.jsonl, without vectors; fvecs: vectors, needs --ids. Default: ${DEFAULT-VALUE}.")
    private TransferFormat format = TransferFormat.JSONL;

    @Option(
        names = "--ids",
        paramLabel = "FILE",
        description = "New file for the ids of an fvecs file, one a line.")
    private @Nullable Path ids;

    @Mixin private final FilterOption filters = new FilterOption();

    @Option(names = "--no-vectors", description = "Leave out the vectors of a jsonl file.")
    private boolean noVectors;

    @Option(names = "--force", description = "Replace files that exist.")
    private boolean force;

    @Parameters(paramLabel = "OUT", description = "New file or folder; - for standard output.")
    private Path target = Path.of("");

    Export(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() throws IOException {
      requireMatchingOptions();
      boolean toScreen = target.toString().equals(STANDARD_OUTPUT);
      Filter filter = filters.filter();
      try (Attune attune = store.openReadOnly();
          CollectionSnapshot snapshot = attune.collection(collection.name()).snapshot()) {
        filters.warn(snapshot, out);
        Exporter exporter = new Exporter(snapshot, filter, out);
        long exported = toScreen ? toStandardOutput(exporter) : toFile(exporter);
        // What follows the documents on standard output would be taken for one.
        (toScreen ? out.err() : out.out())
            .printf("exported %s documents of '%s'%n", exported, collection.name());
      }
      return 0;
    }

    private void requireMatchingOptions() {
      if ((format == TransferFormat.FVECS) != (ids != null)) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--format fvecs and --ids go together");
      }
      if (noVectors && format != TransferFormat.JSONL) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--no-vectors goes with --format jsonl only");
      }
    }

    private long toStandardOutput(Exporter exporter) throws IOException {
      Path shown = Path.of("standard output");
      OutputStream stream = new BufferedOutputStream(new Screen(out.out()), 1 << 16);
      if (ids == null) {
        return flushed(stream, write(exporter, stream, OutputStream.nullOutputStream(), shown));
      }
      try (NewFile madeIds = new NewFile(ids, force)) {
        long exported = flushed(stream, write(exporter, stream, madeIds.stream(), shown));
        NewFile.finish(List.of(madeIds));
        return exported;
      }
    }

    private static long flushed(OutputStream stream, long exported) {
      try {
        stream.flush();
        return exported;
      } catch (IOException e) {
        throw OutputFaults.unwritable(Path.of("standard output"), e);
      }
    }

    private long toFile(Exporter exporter) throws IOException {
      if (format != TransferFormat.BEIR) {
        return toFile(exporter, target);
      }
      try (NewFolder folder = new NewFolder(target)) {
        return toFile(exporter, folder.path().resolve(DocumentFile.NAME));
      }
    }

    private long toFile(Exporter exporter, Path file) throws IOException {
      try (NewFile made = new NewFile(file, force);
          NewFile madeIds = ids == null ? null : new NewFile(ids, force)) {
        OutputStream idStream =
            madeIds == null ? OutputStream.nullOutputStream() : madeIds.stream();
        long exported = write(exporter, made.stream(), idStream, file);
        NewFile.finish(madeIds == null ? List.of(made) : List.of(madeIds, made));
        return exported;
      }
    }

    private long write(Exporter exporter, OutputStream stream, OutputStream idStream, Path shown) {
      try {
        return exporter.export(
            switch (format) {
              case JSONL -> DocumentSink.jsonl(stream, !noVectors);
              case BEIR -> DocumentSink.beir(stream);
              case FVECS -> DocumentSink.fvecs(stream, idStream);
            });
      } catch (IOException e) {
        throw OutputFaults.unwritable(shown, e);
      }
    }
  }

  /** A {@link PrintStream} keeps its faults to itself; a reader that went away must end the run. */
  private static final class Screen extends OutputStream {
    private final PrintStream stream;

    Screen(PrintStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      stream.write(bytes, offset, length);
      if (stream.checkError()) {
        throw new IOException("the reader is gone");
      }
    }
  }
}
