package org.attunedb.server.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSnapshot;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.FilterOption;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.DocumentFile;
import org.attunedb.server.dataset.FileFault;
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

    @Option(
        names = "--collection",
        required = true,
        paramLabel = "NAME",
        description = "What to export.")
    private String name = "";

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
          CollectionSnapshot snapshot = attune.collection(name).snapshot()) {
        Exporter exporter = new Exporter(snapshot, filter, out);
        long exported = toScreen ? toStandardOutput(exporter) : toFile(exporter);
        // What follows the documents on standard output would be taken for one.
        (toScreen ? out.err() : out.out())
            .printf("exported %d documents of '%s'%n", exported, name);
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
      OutputStream stream = new BufferedOutputStream(new Screen(out.out()), 1 << 16);
      long exported = write(exporter, stream, Path.of("standard output"));
      try {
        stream.flush();
      } catch (IOException e) {
        throw OutputFaults.unwritable(Path.of("standard output"), e);
      }
      return exported;
    }

    private long toFile(Exporter exporter) throws IOException {
      Path file = target;
      if (format == TransferFormat.BEIR) {
        file = target.resolve(DocumentFile.NAME);
        makeFolder();
      }
      try (NewFile made = new NewFile(file, force)) {
        long exported = write(exporter, made.stream(), file);
        made.finish();
        return exported;
      }
    }

    private void makeFolder() {
      if (Files.exists(target) && !Files.isDirectory(target)) {
        throw FileFault.unreadable(target, "is a file, expected a folder");
      }
      try {
        Files.createDirectories(target);
      } catch (IOException e) {
        throw OutputFaults.unwritable(target, e);
      }
    }

    private long write(Exporter exporter, OutputStream stream, Path shown) {
      try {
        return switch (format) {
          case JSONL -> exporter.export(DocumentSink.jsonl(stream, !noVectors));
          case BEIR -> exporter.export(DocumentSink.beir(stream));
          case FVECS -> withIds(exporter, stream);
        };
      } catch (IOException e) {
        throw OutputFaults.unwritable(shown, e);
      }
    }

    private long withIds(Exporter exporter, OutputStream stream) throws IOException {
      if (ids == null) {
        throw new IllegalStateException("checked before");
      }
      try (NewFile idFile = new NewFile(ids, force)) {
        long exported = exporter.export(DocumentSink.fvecs(stream, idFile.stream()));
        idFile.finish();
        return exported;
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
