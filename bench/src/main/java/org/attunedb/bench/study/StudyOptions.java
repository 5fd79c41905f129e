package org.attunedb.bench.study;

import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.BeirOptions;
import org.attunedb.server.dataset.BeirReader;
import picocli.CommandLine.Option;

/** What every study is told; mixed into the commands. Not thread-safe. */
final class StudyOptions {
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
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of draws, trainings and resampling (default: ${DEFAULT-VALUE}).")
  private long seed = 42;

  long seed() {
    return seed;
  }

  /**
   * Reads the dataset.
   *
   * @throws InvalidInputException if it can't be read; {@code labels_invalid} if there is nothing
   *     to learn from or nothing to measure
   */
  BeirDataset dataset(Out out) {
    BeirDataset dataset = new BeirReader(new BeirOptions(qrels, false)).open(folder);
    if (!dataset.unknownIds().isEmpty()) {
      out.err().println("left out: " + dataset.unknownIds());
    }
    if (dataset.train().isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.LABELS_INVALID,
          dataset.name() + ": there are no training judgments, so there is nothing to learn from");
    }
    if (new TestQueries(dataset.test()).size() == 0) {
      throw new InvalidInputException(
          ErrorCode.LABELS_INVALID,
          "%s: no test query has a relevant document in the corpus, so there is nothing to measure"
              .formatted(dataset.name()));
    }
    return dataset;
  }

  /**
   * Checks a number.
   *
   * @throws InvalidInputException {@code option_out_of_range}
   */
  static int within(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
    return value;
  }
}
