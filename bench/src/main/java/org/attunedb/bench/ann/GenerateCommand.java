package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code attune bench ann generate}. */
@Command(
    name = "generate",
    description =
        "Write a mixture of Gaussians that looks like embeddings, with exact neighbours:"
            + " base.fvecs, query.fvecs, groundtruth.ivecs and attribute.i32.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  private static final int TRUTH = 100;
  private static final int BLOCK = 4_096;
  private static final String BASE = "base.fvecs";
  private static final String QUERY = "query.fvecs";
  private static final String TRUTH_FILE = "groundtruth.ivecs";
  private static final String ATTRIBUTE = "attribute.i32";

  private final Out out;

  @Parameters(paramLabel = "FOLDER", description = "Where to write; made if it is missing.")
  private Path folder = Path.of("");

  @Option(
      names = "--n",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Base vectors. Default: ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--d",
      paramLabel = "N",
      defaultValue = "128",
      description = "Dimensions. Default: ${DEFAULT-VALUE}.")
  private int dimension;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Queries. Default: ${DEFAULT-VALUE}.")
  private int queries;

  @Option(
      names = "--clusters",
      paramLabel = "N",
      defaultValue = "200",
      description = "Gaussians. Default: ${DEFAULT-VALUE}.")
  private int clusters;

  @Option(
      names = "--rank",
      paramLabel = "N",
      defaultValue = "30",
      description = "Intrinsic dimension. Default: ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--within",
      paramLabel = "X",
      defaultValue = "0.6",
      description =
          "Width of clusters beside a distance of 1; 0.05 is tight. Default: ${DEFAULT-VALUE}.")
  private double within;

  @Option(
      names = "--noise",
      paramLabel = "X",
      defaultValue = "0.2",
      description = "Noise in every component. Default: ${DEFAULT-VALUE}.")
  private double noise;

  @Option(
      names = "--duplicates",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of rows that repeat an earlier one exactly. Default: ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed; the same files for the same seed. Default: ${DEFAULT-VALUE}.")
  private long seed;

  GenerateCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    AnnOptions.within("--n", rows, 1, 500_000_000);
    AnnOptions.within("--queries", queries, 1, 1_000_000);
    Mixture mixture =
        new Mixture(new MixtureShape(dimension, clusters, rank, within, noise, duplicates, seed));
    Files.createDirectories(folder);
    for (String name : List.of(BASE, QUERY, TRUTH_FILE, ATTRIBUTE)) {
      if (Files.exists(folder.resolve(name))) {
        throw new ConflictException(
            ErrorCode.ALREADY_EXISTS, folder.resolve(name) + " exists, expected no such file");
      }
    }
    try (ProgressBar bar =
        new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), "generating", 2L * rows)) {
      write(mixture, bar);
    }
    out.out()
        .println(
            String.format(
                Locale.ROOT,
                "%,d vectors and %,d queries of %d dimensions, seed %d: %s",
                rows,
                queries,
                dimension,
                seed,
                folder));
    return 0;
  }

  private void write(Mixture mixture, ProgressBar bar) throws IOException {
    try (RowFileWriter base = new RowFileWriter(folder.resolve(BASE))) {
      for (int from = 0; from < rows; from += BLOCK) {
        int to = Math.min(rows, from + BLOCK);
        List<float[]> block = IntStream.range(from, to).parallel().mapToObj(mixture::base).toList();
        for (float[] row : block) {
          base.write(row);
        }
        bar.update(to, "vectors");
      }
    }
    float[][] questions =
        IntStream.range(0, queries).mapToObj(mixture::query).toArray(float[][]::new);
    try (RowFileWriter query = new RowFileWriter(folder.resolve(QUERY))) {
      for (float[] row : questions) {
        query.write(row);
      }
    }
    writeTruth(questions, bar);
    ByteBuffer attributes = ByteBuffer.allocate(4 * rows).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, rows).forEach(row -> attributes.putInt(Attributes.of(row)));
    Files.write(folder.resolve(ATTRIBUTE), attributes.array(), StandardOpenOption.CREATE_NEW);
  }

  private void writeTruth(float[][] questions, ProgressBar bar) throws IOException {
    int depth = Math.min(TRUTH, rows);
    try (RowFile base = RowFile.open(folder.resolve(BASE));
        RowFileWriter truth = new RowFileWriter(folder.resolve(TRUTH_FILE))) {
      int[][] nearest =
          ExactNeighbours.of(
              base,
              questions,
              Similarity.COSINE,
              depth,
              row -> true,
              done -> bar.update((long) rows + done, "exact neighbours"));
      for (int[] row : nearest) {
        truth.write(row);
      }
    }
  }
}
