package org.attunedb.server.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.adapter.BridgeFile;
import org.attunedb.core.adapter.EmbeddingBridge;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.terminal.ProgressBar;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code attune bridge}: another embedding model before the documents are embedded again. Public
 * because {@link java.util.ServiceLoader} makes it.
 */
public final class BridgeCommand implements CliCommand {
  private static final int MOST = 100_000;

  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Commands())
        .addSubcommand(new CommandLine(new Fit(out)))
        .addSubcommand(new CommandLine(new Show(out)));
  }

  @Command(
      name = "bridge",
      description = {
        "Search a collection with another embedding model before its documents are embedded again.",
        "Use the file with `attune search --bridge FILE`, and measure it with `attune evaluate"
            + " --bridge FILE`."
      },
      mixinStandardHelpOptions = true)
  private static final class Commands implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "what to do is missing: fit, show");
    }
  }

  @Command(
      name = "fit",
      description =
          "Embed a sample of the documents' texts with the new model, and fit a linear map from its"
              + " vectors to the stored ones.",
      sortOptions = false,
      mixinStandardHelpOptions = true)
  private static final class Fit implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final CollectionOption collection = new CollectionOption();

    @Option(
        names = "--model",
        paramLabel = "MODEL",
        required = true,
        description = "The new model: openai:MODEL, or lexical, the built-in embedder.")
    private String model = "";

    @Option(
        names = "--dimensions",
        paramLabel = "N",
        description = "To ask the service for. Default: the model's own.")
    private @Nullable Integer dimensions;

    @Mixin private final EmbedderOptions embedders;

    @Option(
        names = "--sample",
        paramLabel = "N",
        defaultValue = "5000",
        description = "Most documents to embed, 100 to 100000. Default: ${DEFAULT-VALUE}.")
    private int sample;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "42",
        description = "Of the sample and of what is held out. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        required = true,
        description = "Where to write the bridge; an existing file is replaced.")
    private Path file = Path.of("");

    @Mixin private final OutputForm form = new OutputForm();

    Fit(Out out) {
      this.out = out;
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() {
      if (sample < EmbeddingBridge.MIN_PAIRS || sample > MOST) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--sample is %s, expected %s to %s".formatted(sample, EmbeddingBridge.MIN_PAIRS, MOST));
      }
      requireWritable(file);
      EmbeddingBridge bridge;
      try (embedders;
          Attune attune = store.openReadOnly()) {
        bridge = fit(attune.collection(collection.name()));
        embedders.report();
      }
      write(file, BridgeFile.encode(bridge));
      out.out().print(form.of(() -> table(bridge), () -> json(bridge)));
      return 0;
    }

    /** Before texts are embedded, which may cost money. */
    private static void requireWritable(Path file) {
      Path parent = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file) || parent == null || !Files.isWritable(parent)) {
        throw new InvalidInputException(
            ErrorCode.FILE_UNWRITABLE,
            file + ": can't be written, expected a file in a folder that may be written");
      }
    }

    /** An existing bridge stays until the new one is whole. */
    private static void write(Path file, byte[] content) {
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      try {
        Files.write(temporary, content);
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new InvalidInputException(
            ErrorCode.FILE_UNWRITABLE,
            "%s: can't be written (%s)".formatted(file, e.getClass().getSimpleName()),
            e);
      }
    }

    private EmbeddingBridge fit(VectorCollection documents) {
      CollectionSpec spec = documents.spec();
      Embedder embedder = embedders.embedder(model, dimensions);
      if (embedder.info().name().equals(spec.embedder())) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--model is '%s', which is what the collection's documents are embedded with: expected another one"
                .formatted(model));
      }
      TextPairs pairs;
      long most = Math.min(sample, documents.count(null));
      try (ProgressBar bar =
          new ProgressBar(
              out.err(), out.errKind(), Clock.systemUTC(), "embedding", Math.max(1, most))) {
        pairs = TextPairs.sample(documents, embedder, sample, seed, done -> bar.update(done, ""));
      }
      return EmbeddingBridge.fit(
          embedder.info(),
          new EmbedderInfo(spec.embedder(), spec.dimension()),
          pairs.newVectors(),
          pairs.oldVectors(),
          seed);
    }
  }

  @Command(
      name = "show",
      description = "Tell what a bridge leads from and to, and what it is worth.",
      mixinStandardHelpOptions = true)
  private static final class Show implements Callable<Integer> {
    private final Out out;

    @Mixin private final OutputForm form = new OutputForm();

    @Parameters(paramLabel = "FILE", description = "The bridge.")
    private Path file = Path.of("");

    Show(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      EmbeddingBridge bridge = BridgeFile.read(file);
      out.out().print(form.of(() -> table(bridge), () -> json(bridge)));
      return 0;
    }
  }

  private static String table(EmbeddingBridge bridge) {
    TextTable table = TextTable.of(Column.text("bridge"), Column.text(""));
    EmbeddingBridge.Agreement agreement = bridge.agreement();
    return table
        .add("from", described(bridge.from()))
        .add("to", described(bridge.to()))
        .add("map", bridge.kind().name().toLowerCase(Locale.ROOT))
        .add("pairs", String.valueOf(bridge.pairs()))
        .add("held-out documents", String.valueOf(agreement.queries()))
        .add("cosine to the old vectors", decimal(agreement.cosine()))
        .add(
            "the new model's first ten among %s documents, found through the bridge"
                .formatted(agreement.queries()),
            decimal(agreement.recallAt10()))
        .add("  found by the old model", decimal(agreement.oldRecallAt10()))
        .toString();
  }

  private static String described(EmbedderInfo info) {
    return info.name() + ", " + info.dimension() + " dimensions";
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String json(EmbeddingBridge bridge) {
    ObjectNode json = StrictJson.object();
    json.put("from", bridge.from().name())
        .put("fromDimension", bridge.from().dimension())
        .put("to", bridge.to().name())
        .put("toDimension", bridge.to().dimension())
        .put("kind", bridge.kind().name())
        .put("pairs", bridge.pairs())
        .put("queries", bridge.agreement().queries())
        .put("cosine", bridge.agreement().cosine())
        .put("recallAt10", bridge.agreement().recallAt10())
        .put("oldRecallAt10", bridge.agreement().oldRecallAt10());
    return StrictJson.pretty(json);
  }
}
