package org.attunedb.server.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.AdapterImport;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.Attune;
import org.attunedb.index.DeepMemory;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Confirmation;
import org.attunedb.server.cli.DeepMemoryTarget;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.cli.ScopeOption;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.JobStatus;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code attune adapters}: the versions of a collection's query adapter. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class AdaptersCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Adapters())
        .addSubcommand(new CommandLine(new ListVersions(out)))
        .addSubcommand(new CommandLine(new Show(out)))
        .addSubcommand(new CommandLine(new Activate(out)))
        .addSubcommand(new CommandLine(new Deactivate(out)))
        .addSubcommand(new CommandLine(new Rollback(out)))
        .addSubcommand(new CommandLine(new Delete(out)))
        .addSubcommand(new CommandLine(new Export(out)))
        .addSubcommand(new CommandLine(new Import(out)));
  }

  @Command(
      name = "adapters",
      description = "Show, switch, copy and delete the adapter versions of a collection.",
      mixinStandardHelpOptions = true)
  private static final class Adapters implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(),
          "what to do is missing: list, show, activate, deactivate, rollback, delete, export, import");
    }
  }

  private static String origin(AdapterVersion version) {
    return switch (version.origin()) {
      case AdapterOrigin.Trained trained -> "job " + trained.jobId();
      case AdapterOrigin.Imported imported ->
          "imported from "
              + imported.format().name().toLowerCase(Locale.ROOT)
              + ", judged by no gate";
      case AdapterOrigin.Unrecorded unrecorded -> "not recorded";
    };
  }

  private static ObjectNode json(AdapterVersion version) {
    ObjectNode json = StrictJson.object();
    json.put("name", version.name());
    json.put("active", version.active());
    json.set("scope", version.scope().map(scope -> FilterJson.write(scope.filter())).orElse(null));
    json.put("created", version.created().map(Instant::toString).orElse(null));
    json.put("judged", version.judged());
    json.put("origin", origin(version));
    json.put("dimension", version.dimension());
    json.put("rank", version.rank());
    json.put("parameters", version.parameters());
    json.put("embedder", version.binding().embedder());
    json.put("trainer", version.binding().trainer());
    json.put("seed", version.binding().seed());
    json.put("corpusFingerprint", version.binding().corpusFingerprint());
    json.put("labelFingerprint", version.binding().labelFingerprint());
    json.put("trainingDocuments", version.trainingDocuments());
    ObjectNode metrics = json.putObject("metrics");
    new TreeMap<>(version.binding().metrics()).forEach(metrics::put);
    return json;
  }

  @Command(
      name = "list",
      description = "List the versions, oldest first. The store may be in use.",
      mixinStandardHelpOptions = true)
  private static final class ListVersions implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Mixin private final OutputForm form = new OutputForm();

    ListVersions(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.openReadOnly()) {
        List<AdapterVersion> versions = target.memory(attune).versions();
        out.out().print(form.of(() -> table(versions), () -> list(versions)));
      }
      return 0;
    }

    private static String table(List<AdapterVersion> versions) {
      if (versions.isEmpty()) {
        return "no adapter versions\n";
      }
      TextTable table =
          TextTable.of(
              Column.text("version"),
              Column.text("active"),
              Column.text("scope"),
              Column.text("created"),
              Column.text("better in"),
              Column.number("rank"),
              Column.number("recall@10"),
              Column.number("delta"),
              Column.text("origin"));
      for (AdapterVersion version : versions) {
        table.add(
            version.name(),
            version.active() ? "yes" : "",
            version.scope().map(scope -> PlainText.oneLine(scope.toString())).orElse(""),
            version.created().map(Instant::toString).orElse(""),
            betterIn(version),
            Integer.toString(version.rank()),
            percent(version, "recall@10", "%.2f%%"),
            percent(version, "delta_recall@10", "%+.2f%%"),
            origin(version));
      }
      return table.toString();
    }

    /** The modes that use it; nothing where that was not written down. */
    private static String betterIn(AdapterVersion version) {
      Map<String, Double> metrics = version.binding().metrics();
      return Stream.of("", "hybrid_")
          .filter(mode -> metrics.getOrDefault(mode + "better", 0.0) != 0)
          .map(mode -> mode.isEmpty() ? "vector" : "hybrid")
          .collect(Collectors.joining(", "));
    }

    /** Of vector search; where that does not use it, of hybrid search. */
    private static String percent(AdapterVersion version, String metric, String format) {
      Map<String, Double> metrics = version.binding().metrics();
      Double value = metrics.get((JobStatus.isForVectorSearch(metrics) ? "" : "hybrid_") + metric);
      return value == null ? "" : String.format(Locale.ROOT, format, 100 * value);
    }

    private static String list(List<AdapterVersion> versions) {
      ObjectNode json = StrictJson.object();
      var array = json.putArray("versions");
      versions.forEach(version -> array.add(json(version)));
      return StrictJson.pretty(json);
    }
  }

  @Command(
      name = "show",
      description = {
        "Show what is known of a version, and how far the collection has moved away from it.",
        "Prints JSON. The store may be in use."
      },
      mixinStandardHelpOptions = true)
  private static final class Show implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Parameters(paramLabel = "VERSION", description = "Which version.")
    private String version = "";

    Show(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.openReadOnly()) {
        DeepMemory memory = target.memory(attune);
        ObjectNode json = json(memory.version(version));
        json.set("staleness", StalenessJson.of(memory.staleness(version)));
        out.out().print(StrictJson.pretty(json));
      }
      return 0;
    }
  }

  @Command(
      name = "activate",
      description =
          "Make a version the active one, of the scope that it was trained for if it has one.",
      mixinStandardHelpOptions = true)
  private static final class Activate implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Parameters(paramLabel = "VERSION", description = "Which version.")
    private String version = "";

    Activate(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.open()) {
        DeepMemory memory = target.memory(attune);
        memory.activate(version);
        out.out()
            .println(ScopeOption.active(memory.version(version).scope(), Optional.of(version)));
      }
      return 0;
    }
  }

  @Command(
      name = "deactivate",
      description = "Search without an adapter; in a scope, with the collection's.",
      mixinStandardHelpOptions = true)
  private static final class Deactivate implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Mixin private final ScopeOption scopes = new ScopeOption();

    Deactivate(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.open()) {
        DeepMemory memory = target.memory(attune);
        Optional<AdapterScope> scope = scopes.scope();
        scope.ifPresent(one -> ScopeOption.warnUnlessActive(memory, one, out));
        scope.ifPresentOrElse(memory::deactivate, memory::deactivate);
        out.out().println(ScopeOption.active(scope, Optional.empty()));
      }
      return 0;
    }
  }

  @Command(
      name = "rollback",
      description = "Undo the last activation or deactivation.",
      mixinStandardHelpOptions = true)
  private static final class Rollback implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Mixin private final ScopeOption scopes = new ScopeOption();

    Rollback(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.open()) {
        DeepMemory memory = target.memory(attune);
        Optional<AdapterScope> scope = scopes.scope();
        Optional<String> now = scope.isPresent() ? memory.rollback(scope.get()) : memory.rollback();
        out.out().println(ScopeOption.active(scope, now));
      }
      return 0;
    }
  }

  @Command(
      name = "delete",
      description = "Delete a version that is not active.",
      mixinStandardHelpOptions = true)
  private static final class Delete implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Mixin private final Confirmation confirmation = new Confirmation();

    @Parameters(paramLabel = "VERSION", description = "Which version.")
    private String version = "";

    Delete(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.open()) {
        confirmation.require(
            out,
            "delete adapter version %s of collection '%s'".formatted(version, target.collection()),
            version);
        target.memory(attune).delete(version);
      }
      out.out().println("deleted " + version);
      return 0;
    }
  }

  @Command(
      name = "export",
      description = "Write a version to a new safetensors file. The store may be in use.",
      mixinStandardHelpOptions = true)
  private static final class Export implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Parameters(index = "0", paramLabel = "VERSION", description = "Which version.")
    private String version = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "Must not exist.")
    private Path file = Path.of("");

    Export(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.openReadOnly()) {
        target.memory(attune).exportVersion(version, file);
      }
      out.out().printf("exported %s to %s%n", version, file);
      return 0;
    }
  }

  @Command(
      name = "import",
      description = {
        "Keep an adapter of a file as a new version, which is not active.",
        "Takes what `adapters export` wrote, a square matrix in .npy, or a linear layer in safetensors."
      },
      mixinStandardHelpOptions = true)
  private static final class Import implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Option(
        names = "--transpose",
        description = "The matrix M stands for query times M, not for M times query.")
    private boolean transpose;

    @Parameters(paramLabel = "FILE", description = "What to import.")
    private Path file = Path.of("");

    Import(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.open()) {
        AdapterVersion version =
            target.memory(attune).importVersion(file, new AdapterImport(transpose));
        out.out()
            .printf(
                "imported %s: rank %s, %s parameters; not active, and judged by no gate%n",
                version.name(), version.rank(), version.parameters());
      }
      return 0;
    }
  }
}
