package org.attunedb.server.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.CollectionTarget;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.dataset.FileFault;
import org.attunedb.server.openai.EmbeddingModel;
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

    @Mixin private final CollectionOption collection = new CollectionOption();

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
            "Make the collection, and the store if need be: lexical, openai:MODEL, or DIM:METRIC with the metric cosine, dot_product or euclidean.")
    private @Nullable NewCollection create;

    @Option(
        names = "--dimensions",
        paramLabel = "N",
        description =
            "With --create openai:MODEL: dimensions to ask the service for. Default: the model's own.")
    private @Nullable Integer dimensions;

    @Mixin private final EmbedderOptions embedders;

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
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() throws IOException {
      requireMatchingOptions();
      // Before anything is read, which may take long.
      try (embedders;
          CollectionTarget into = target();
          TemporaryFolder temporary = TemporaryFolder.create("attune-import-")) {
        List<InputFile> files = new ArrayList<>();
        for (Path path : paths) {
          InputFile file = inputFile(path, temporary.path());
          file.open(0).close();
          files.add(file);
        }
        load(files, into);
        into.keep();
        embedders.report();
      }
      return 0;
    }

    private CollectionTarget target() {
      NewCollection wanted = create;
      return wanted == null
          ? CollectionTarget.existing(store, embedders, collection.name())
          : CollectionTarget.made(store, embedders, collection.name(), () -> spec(wanted));
    }

    private CollectionSpec spec(NewCollection wanted) {
      return switch (wanted) {
        case NewCollection.Fixed fixed -> fixed.spec();
        case NewCollection.OfModel model -> embedders.spec(model.name(), dimensions);
      };
    }

    private void requireMatchingOptions() {
      if (dimensions != null && !(create instanceof NewCollection.OfModel)) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--dimensions goes with --create openai:MODEL only");
      }
      if (rejects != null && onError == OnError.ABORT) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--rejects goes with --on-error skip only");
      }
      if (ids != null && paths.size() > 1) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--ids belongs to one file, got " + paths.size() + " files");
      }
      if (paths.stream().filter(Import::isStandardInput).count() > 1) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "- for standard input can be given once");
      }
      if (ids != null && format(paths.getFirst()) != TransferFormat.FVECS) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE, "--ids goes with --format fvecs only");
      }
      if (rejects != null && Files.exists(rejects)) {
        throw Rejects.exists(rejects);
      }
    }

    /** Standard input is kept in a file, because it is read twice. */
    private InputFile inputFile(Path path, Path temporary) {
      if (!isStandardInput(path)) {
        return new InputFile(path, path.toString(), format(path), ids);
      }
      Path file = temporary.resolve("stdin");
      spool(file);
      return new InputFile(file, "<stdin>", format(path), ids);
    }

    private static boolean isStandardInput(Path path) {
      return path.toString().equals(STANDARD_INPUT);
    }

    private TransferFormat format(Path path) {
      return format == null ? TransferFormat.of(path) : format;
    }

    private static void spool(Path file) {
      try {
        Files.copy(System.in, file);
      } catch (IOException e) {
        throw FileFault.unreadable(Path.of("<stdin>"), e);
      }
    }

    private void load(List<InputFile> files, CollectionTarget into) {
      Importer importer = new Importer(files, into.spec(), store.folder(), out);
      if (onError == OnError.ABORT) {
        long imported = importer.allOrNothing(into::collection);
        out.out().printf("imported %s documents into '%s'%n", imported, collection.name());
        return;
      }
      try (Rejects rejected = new Rejects(rejects, out.err())) {
        long imported = importer.skipping(into.collection(), rejected);
        out.out()
            .printf(
                "imported %s documents into '%s', rejected %s%s%n",
                imported,
                collection.name(),
                rejected.count(),
                rejects == null ? "" : " (" + rejects + ")");
      }
    }
  }

  /** What {@code --create} asks for. */
  sealed interface NewCollection {
    /** Known without asking anybody. */
    record Fixed(CollectionSpec spec) implements NewCollection {}

    /** Of a service's model. */
    record OfModel(String name) implements NewCollection {}
  }

  /** {@code lexical}, {@code openai:MODEL} or {@code DIM:METRIC}. */
  static final class SpecConverter implements ITypeConverter<NewCollection> {
    private static final Pattern VECTORS = Pattern.compile("(\\d{1,9}):([a-z_]+)");

    @Override
    public NewCollection convert(String value) {
      if (value.equals("lexical")) {
        return new NewCollection.Fixed(CollectionSpec.lexical());
      }
      if (value.startsWith(EmbeddingModel.PREFIX)) {
        return new NewCollection.OfModel(value.substring(EmbeddingModel.PREFIX.length()));
      }
      Matcher vectors = VECTORS.matcher(value);
      if (!vectors.matches()) {
        throw unknown(value);
      }
      try {
        Similarity metric = Similarity.valueOf(vectors.group(2).toUpperCase(Locale.ROOT));
        return new NewCollection.Fixed(
            CollectionSpec.vectors(Integer.parseInt(vectors.group(1)), metric));
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
              + "' is neither lexical nor openai:MODEL nor DIM:METRIC with the metric cosine, dot_product or euclidean");
    }
  }
}
