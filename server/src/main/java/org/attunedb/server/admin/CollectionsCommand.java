package org.attunedb.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.VectorFormat;
import org.attunedb.server.admin.FoundCollection.Quarantined;
import org.attunedb.server.admin.FoundCollection.Usable;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.CollectionName;
import org.attunedb.server.cli.Confirmation;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.StoreOptions;
import org.attunedb.server.openai.EmbeddingModel;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.CollectionFiles;
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
 * {@code attune collections}: list, create, rename and drop. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class CollectionsCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Collections())
        .addSubcommand(new CommandLine(new ListAll(out)))
        .addSubcommand(new CommandLine(new Create(out)))
        .addSubcommand(new CommandLine(new Rename(out)))
        .addSubcommand(new CommandLine(new Drop(out)));
  }

  private static String shown(Similarity similarity) {
    return similarity.name().toLowerCase(Locale.ROOT);
  }

  @Command(
      name = "collections",
      description = "List, create, rename and drop the collections of a store.",
      synopsisSubcommandLabel = "COMMAND",
      mixinStandardHelpOptions = true)
  private static final class Collections implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "expected one of list, create, rename and drop");
    }
  }

  @Command(
      name = "list",
      description =
          "Show what collections there are and what they are made for. Ends with 3 if one is"
              + " quarantined.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class ListAll implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final OutputForm form = new OutputForm();

    ListAll(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.openReadOnly()) {
        List<FoundCollection> found = FoundCollection.findAll(attune, attune.collections());
        out.out().print(form.of(() -> table(found), () -> json(found)));
        return FoundCollection.exitCode(found).number();
      }
    }

    private String table(List<FoundCollection> found) {
      TextTable table =
          TextTable.of(
              Column.text("collection"),
              Column.number("documents"),
              Column.number("dimension"),
              Column.text("metric"),
              Column.text("embedder"),
              Column.text("adapter"),
              Column.number("bytes on disk"),
              Column.text("state"));
      for (FoundCollection each : found) {
        String bytes = Long.toString(bytes(each));
        switch (each) {
          case Quarantined q -> table.add(q.name(), "", "", "", "", "", bytes, q.state());
          case Usable(VectorCollection collection) -> {
            CollectionSpec spec = collection.spec();
            table.add(
                collection.name(),
                Long.toString(collection.count(null)),
                Integer.toString(spec.dimension()),
                shown(spec.similarity()),
                spec.embedder(),
                ActiveAdapters.text(collection),
                bytes,
                "ok");
          }
        }
      }
      return table.toString();
    }

    private String json(List<FoundCollection> found) {
      ObjectNode json = StrictJson.object();
      var array = json.putArray("collections");
      for (FoundCollection each : found) {
        ObjectNode row = array.addObject().put("collection", each.name());
        switch (each) {
          case Quarantined q -> row.put("state", "quarantined").put("reason", q.reason());
          case Usable(VectorCollection collection) -> {
            CollectionSpec spec = collection.spec();
            row.put("documents", collection.count(null));
            row.put("dimension", spec.dimension());
            row.put("metric", shown(spec.similarity()));
            row.put("embedder", spec.embedder());
            ActiveAdapters.put(row, collection);
            row.put("state", "ok");
          }
        }
        row.put("bytesOnDisk", bytes(each));
      }
      return StrictJson.pretty(json);
    }

    private long bytes(FoundCollection each) {
      return CollectionFiles.bytes(store.folder(), each.name());
    }
  }

  @Command(
      name = "create",
      description = "Make an empty collection, and the store if the folder is missing or empty.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Create implements Callable<Integer> {
    private static final String LEXICAL = "lexical";

    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(
        names = "--embedder",
        paramLabel = "NAME",
        description =
            "What the vectors come from: lexical, the built-in embedder; openai:MODEL, a model of"
                + " OpenAI or of a service that speaks its API; caller, vectors that are given; or"
                + " the name of another model. Default: caller with --dimension, else lexical.")
    private @Nullable String embedder;

    @Mixin private final EmbedderOptions embedders;

    @Option(
        names = "--dimension",
        paramLabel = "N",
        description =
            "Length of the vectors, 1 to 4096. Needed unless the embedder is lexical; with"
                + " openai:MODEL what the service is asked for, by default the model's own.")
    private @Nullable Integer dimension;

    @Option(
        names = "--metric",
        paramLabel = "METRIC",
        description = "cosine, dot_product or euclidean. Default: cosine.")
    private @Nullable Similarity metric;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description =
            "How vectors are kept: float32, int8, int4, binary, jvector or lvq8. Default: float32;"
                + " compact --format changes it.")
    private VectorFormat format = VectorFormat.FLOAT32;

    @Parameters(paramLabel = "NAME", description = "Name of the new collection.")
    private String name = "";

    Create(Out out) {
      this.out = out;
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() {
      CollectionName.require(name);
      CollectionSpec spec = spec().withVectorFormat(format);
      if (!store.exists()) {
        store.requireCreatable();
      }
      try (Attune attune = store.openOrCreate()) {
        attune.createCollection(name, spec);
      }
      out.out()
          .printf(
              "created collection '%s': dimension %s, %s, embedder %s%n",
              name, spec.dimension(), shown(spec.similarity()), spec.embedder());
      return 0;
    }

    private CollectionSpec spec() {
      CollectionSpec lexical = CollectionSpec.lexical();
      Similarity similarity = metric == null ? Similarity.COSINE : metric;
      String model = embedder == null && dimension != null ? CollectionSpec.CALLER : embedder;
      if (model == null || model.equals(LEXICAL) || model.equals(lexical.embedder())) {
        int size = dimension == null ? lexical.dimension() : dimension;
        if (size != lexical.dimension() || similarity != lexical.similarity()) {
          throw wrong(
              "--embedder lexical has dimension %s and compares by %s"
                  .formatted(lexical.dimension(), shown(lexical.similarity())));
        }
        return lexical;
      }
      if (model.startsWith(EmbeddingModel.PREFIX)) {
        CollectionSpec asked =
            embedders.spec(model.substring(EmbeddingModel.PREFIX.length()), dimension);
        return new CollectionSpec(
            asked.embedder(), asked.dimension(), similarity, asked.m(), asked.efConstruction());
      }
      if (dimension == null) {
        throw wrong("--embedder " + model + " needs --dimension");
      }
      CollectionSpec spec = CollectionSpec.vectors(dimension, similarity);
      return new CollectionSpec(model, dimension, similarity, spec.m(), spec.efConstruction());
    }

    private static InvalidInputException wrong(String problem) {
      return new InvalidInputException(ErrorCode.OPTION_OUT_OF_RANGE, problem);
    }
  }

  @Command(
      name = "rename",
      description = "Give a collection another name.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Rename implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the collection.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "NEWNAME", description = "A name that is free.")
    private String newName = "";

    Rename(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.open()) {
        attune.renameCollection(name, newName);
      }
      out.out().printf("renamed collection '%s' to '%s'%n", name, newName);
      return 0;
    }
  }

  @Command(
      name = "drop",
      description =
          "Delete a collection with its documents and adapters; a damaged one, too. Asks on a"
              + " terminal, else needs --yes.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Drop implements Callable<Integer> {
    private final Out out;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Mixin private final Confirmation confirmation = new Confirmation();

    @Parameters(paramLabel = "NAME", description = "Name of the collection.")
    private String name = "";

    Drop(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = store.open()) {
        String content =
            switch (FoundCollection.find(attune, name)) {
              case Usable(VectorCollection collection) -> collection.count(null) + " documents";
              case Quarantined q -> "quarantined";
            };
        confirmation.require(out, "drop collection '%s' (%s)".formatted(name, content), name);
        attune.dropCollection(name);
      }
      out.out().printf("dropped collection '%s'%n", name);
      return 0;
    }
  }
}
