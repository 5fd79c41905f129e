package org.attunedb.server.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.FileFault;
import org.attunedb.server.workflow.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code attune import}: files into a collection. Public because {@link java.util.ServiceLoader}
 * makes it.
 */
public final class ImportCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Import(out));
  }

  /** What happens to a file with faults. */
  enum OnError {
    /** Nothing is imported. */
    ABORT,
    /** The rest is imported. */
    SKIP
  }

  @Command(
      name = "import",
      description =
          "Import documents into a collection; one whose id exists is replaced. All files are checked before anything is written, so that a fault leaves the collection as it was.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Import implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(names = "--collection", required = true, paramLabel = "NAME", description = "Where to.")
    private String name = "";

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description =
            "jsonl: a JSON document a line; beir: a folder with corpus.jsonl; fvecs: vectors. Default: by the file's name.")
    private @Nullable TransferFormat format;

    @Option(
        names = "--ids",
        paramLabel = "FILE",
        description = "Ids of the vectors of an fvecs file, one a line. Default: 0, 1, 2 ...")
    private @Nullable Path ids;

    @Option(
        names = "--create",
        paramLabel = "SPEC",
        converter = SpecConverter.class,
        description =
            "Make the collection, and the store if need be: lexical, or DIM:METRIC with the metric cosine, dot_product or euclidean.")
    private @Nullable CollectionSpec create;

    @Option(
        names = "--on-error",
        paramLabel = "ACTION",
        defaultValue = "abort",
        description =
            "abort: a fault means that nothing is imported; skip: faulty rows are left out. Default: ${DEFAULT-VALUE}.")
    private OnError onError = OnError.ABORT;

    @Option(
        names = "--rejects",
        paramLabel = "FILE",
        description = "New file for the rows that --on-error skip leaves out, with the reasons.")
    private @Nullable Path rejects;

    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description = "What to import; - for standard input.")
    private List<Path> paths = List.of();

    Import(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() throws IOException {
      requireMatchingOptions();
      try (TemporaryFolder temporary = TemporaryFolder.create("attune-import-")) {
        List<InputFile> files = new ArrayList<>();
        for (Path path : paths) {
          InputFile file = inputFile(path, temporary.path());
          file.open(0).close();
          files.add(file);
        }
        if (create == null) {
          try (Attune attune = store.open()) {
            VectorCollection collection = attune.collection(name);
            load(files, collection.spec(), () -> collection);
          }
        } else {
          createAndLoad(files, create);
        }
      }
      return 0;
    }

    private void requireMatchingOptions() {
      if (rejects != null && onError == OnError.ABORT) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--rejects goes with --on-error skip only");
      }
      if (ids != null && paths.size() > 1) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--ids belongs to one file, got " + paths.size() + " files");
      }
      if (paths.stream().filter(path -> path.toString().equals(STANDARD_INPUT)).count() > 1) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "- for standard input can be given once");
      }
    }

    /** Standard input is kept in a file, because it is read twice. */
    private InputFile inputFile(Path path, Path temporary) {
      boolean spooled = path.toString().equals(STANDARD_INPUT);
      Path file = spooled ? temporary.resolve("stdin") : path;
      if (spooled) {
        spool(file);
      }
      TransferFormat chosen = format == null ? TransferFormat.of(file) : format;
      if (ids != null && chosen != TransferFormat.FVECS) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--ids goes with --format fvecs only");
      }
      return new InputFile(file, spooled ? "<stdin>" : path.toString(), chosen, ids);
    }

    private static void spool(Path file) {
      try {
        Files.copy(System.in, file);
      } catch (IOException e) {
        throw FileFault.unreadable(Path.of("<stdin>"), e);
      }
    }

    /** Neither the store nor the collection is made before the files were found to be in order. */
    private void createAndLoad(List<InputFile> files, CollectionSpec spec) {
      NewCollection.requireName(name);
      if (!store.exists()) {
        NewCollection target = new NewCollection(store, name, spec);
        try (target) {
          load(files, spec, target);
        }
        return;
      }
      try (Attune attune = store.open()) {
        if (attune.collections().contains(name)) {
          throw new ConflictException(
              ErrorCode.ALREADY_EXISTS,
              "collection '" + name + "' exists already; leave out --create to import into it");
        }
        load(files, spec, () -> attune.createCollection(name, spec));
      }
    }

    private void load(
        List<InputFile> files, CollectionSpec spec, Supplier<VectorCollection> collection) {
      Importer importer = new Importer(files, spec, out);
      if (onError == OnError.ABORT) {
        long imported = importer.allOrNothing(collection);
        out.out().printf("imported %d documents into '%s'%n", imported, name);
        return;
      }
      try (Rejects rejected = new Rejects(rejects, out.err())) {
        long imported = importer.skipping(collection.get(), rejected);
        out.out()
            .printf(
                "imported %d documents into '%s', rejected %d%s%n",
                imported, name, rejected.count(), rejects == null ? "" : " (" + rejects + ")");
      }
    }
  }

  /** {@code lexical} or {@code DIM:METRIC}. */
  static final class SpecConverter implements ITypeConverter<CollectionSpec> {
    private static final Pattern VECTORS = Pattern.compile("(\\d{1,9}):([a-z_]+)");

    @Override
    public CollectionSpec convert(String value) {
      if (value.equals("lexical")) {
        return CollectionSpec.lexical();
      }
      Matcher vectors = VECTORS.matcher(value);
      if (!vectors.matches()) {
        throw unknown(value);
      }
      try {
        Similarity metric = Similarity.valueOf(vectors.group(2).toUpperCase(Locale.ROOT));
        return CollectionSpec.vectors(Integer.parseInt(vectors.group(1)), metric);
      } catch (InvalidInputException e) {
        throw new TypeConversionException(e.getMessage());
      } catch (IllegalArgumentException e) {
        throw unknown(value);
      }
    }

    private static TypeConversionException unknown(String value) {
      return new TypeConversionException(
          "'"
              + value
              + "' is neither lexical nor DIM:METRIC with the metric cosine, dot_product or euclidean");
    }
  }
}
