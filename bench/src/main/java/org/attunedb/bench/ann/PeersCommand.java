package org.attunedb.bench.ann;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.attunedb.bench.ann.EngineTask.Experiment;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.dataset.FileFault;
import org.attunedb.server.workflow.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench peers}. */
@Command(
    name = "peers",
    description =
        "Compare vector search with hnswlib, faiss, usearch, LanceDB, Chroma, Lucene, jvector and"
            + " LangChain4j on the same files; peers that are not installed are left out by name.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class PeersCommand implements Callable<Integer> {
  private final Out out;

  @Mixin private final AnnOptions options = new AnnOptions();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      description = "On the JVM: one or more of ${COMPLETION-CANDIDATES}. Default: all.")
  private @Nullable List<EngineName> engines;

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      split = ",",
      description = "Others: one or more of ${COMPLETION-CANDIDATES}. Default: all.")
  private @Nullable List<PeerScript> peers;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Write a page with a drawing of recall against speed.")
  private @Nullable Path plot;

  @Option(
      names = "--scripts",
      paramLabel = "FOLDER",
      description = "The peers' scripts. Default: bench/peers of the checkout.")
  private @Nullable Path scripts;

  @Mixin private final OutputForm form = new OutputForm();

  /** A command that writes its answer to stdout and progress to stderr. */
  public PeersCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    List<EngineName> chosen = engines == null ? Arrays.asList(EngineName.values()) : engines;
    List<PeerScript> others = peers == null ? Arrays.asList(PeerScript.values()) : peers;
    List<AnnResult> results = new ArrayList<>();
    PeerRunner runner = new PeerRunner(scriptFolder());
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-peers")) {
      EngineTask task =
          options.task(chosen.getFirst(), Experiment.SEARCH, folder.path(), List.of());
      Consumer<AnnResult> line = AnnCommand.line(out, form);
      results.addAll(new EngineRuns(out, EngineProcess.plain(), line).run(task, chosen));
      for (PeerScript peer : others) {
        run(runner, peer, task, line.andThen(results::add));
      }
    }
    List<PeerRatios.Ratio> ratios = PeerRatios.of(results);
    ratios.forEach(ratio -> out.out().print(form.of(() -> "", () -> ratio.toJson() + "\n")));
    if (plot != null) {
      Files.writeString(plot, RecallPlotPage.of(results, ratios));
      out.err().println("plot: " + plot);
    }
    out.out().print(form.of(() -> AnnTable.of(results) + PeerRatios.table(ratios), () -> ""));
    return 0;
  }

  private void run(PeerRunner runner, PeerScript peer, EngineTask task, Consumer<AnnResult> results)
      throws IOException, InterruptedException {
    out.err().println(peer.label() + " …");
    Optional<String> missing = runner.run(peer, task, results);
    missing.ifPresent(
        reason -> {
          out.err().println(peer.label() + ": skipped: " + reason);
          out.out()
              .print(
                  form.of(
                      () -> "",
                      () ->
                          StrictJson.object().put("skipped", peer.label()).put("reason", reason)
                              + "\n"));
        });
  }

  /** The launcher's class path lies in {@code bench/target/dist/lib}. */
  private Path scriptFolder() throws URISyntaxException {
    if (scripts != null) {
      return requireScripts(scripts.toAbsolutePath());
    }
    Path code =
        Path.of(PeersCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    for (Path at = code; at != null; at = at.getParent()) {
      if (at.endsWith("target")) {
        return requireScripts(at.resolveSibling("peers"));
      }
    }
    return requireScripts(Path.of("bench", "peers").toAbsolutePath());
  }

  private static Path requireScripts(Path folder) {
    Path expected = folder.resolve(PeerScript.HNSWLIB_CPP.file());
    if (!Files.isRegularFile(expected)) {
      throw FileFault.unreadable(
          folder, "has no " + expected.getFileName() + ", expected the peers' scripts (--scripts)");
    }
    return folder;
  }
}
