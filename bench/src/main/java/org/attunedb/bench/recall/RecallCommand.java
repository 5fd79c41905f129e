package org.attunedb.bench.recall;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.BeirOptions;
import org.attunedb.server.dataset.BeirReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench recall}. */
@Command(
    name = "recall",
    description =
        "Load a collection in BEIR layout into a temporary store, train on its training judgments,"
            + " and measure search without and with the adapter on its test judgments.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class RecallCommand implements Callable<Integer> {
  private static final int MOST_RUNS = 1_000;

  private final Out out;

  @Option(
      names = "--beir",
      required = true,
      paramLabel = "DIR",
      description = "Folder with corpus.jsonl, queries.jsonl and qrels/{train,test}.tsv.")
  private Path folder = Path.of("");

  @Option(
      names = "--qrels",
      paramLabel = "SUBDIR",
      defaultValue = "qrels",
      description = "Folder of the judgments (default: ${DEFAULT-VALUE}).")
  private String qrels = "qrels";

  @Option(
      names = "--embedder",
      paramLabel = "NAME",
      defaultValue = "lexical",
      description = "The embedder: lexical, the built-in one (default: ${DEFAULT-VALUE}).")
  private String embedder = "lexical";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of training and resampling (default: ${DEFAULT-VALUE}).")
  private long seed = 42;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Trainings with this many seeds, from --seed on; of more than one, mean and worst are"
              + " shown (default: ${DEFAULT-VALUE}).")
  private int runs = 1;

  @Option(
      names = "--strict",
      description = "Judgments that name unknown documents or queries are an error.")
  private boolean strict;

  @Mixin private final OutputForm form = new OutputForm();

  /** A command that writes its answer to stdout and progress to stderr. */
  public RecallCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    if (!embedder.equals("lexical") && !embedder.equals(LexicalEmbedder.INFO.name())) {
      throw new InvalidInputException(
          ErrorCode.EMBEDDER_MISSING,
          "no embedder '%s', expected lexical (%s)"
              .formatted(embedder, LexicalEmbedder.INFO.name()));
    }
    if (runs < 1 || runs > MOST_RUNS) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--runs is %s, expected 1 to %s".formatted(runs, MOST_RUNS));
    }
    BeirDataset dataset = new BeirReader(new BeirOptions(qrels, strict)).open(folder);
    if (!dataset.unknownIds().isEmpty()) {
      out.err().println("left out: " + dataset.unknownIds());
    }
    List<RecallResult> results = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      results.add(new RecallBenchmark(dataset, seed + run, out).run());
    }
    out.out().print(runs == 1 ? one(results.getFirst()) : several(new SeedRuns(results)));
    return 0;
  }

  private String one(RecallResult result) {
    return form.of(() -> RecallTable.write(result), () -> RecallJson.write(result));
  }

  private String several(SeedRuns seeds) {
    return form.of(seeds::table, seeds::json);
  }
}
