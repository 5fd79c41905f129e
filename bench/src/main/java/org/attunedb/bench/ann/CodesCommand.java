package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.workflow.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attune bench ann codes}. */
@Command(
    name = "codes",
    description =
        "Measure what codes of vectors lose: the recall by codes alone, and how many candidates by"
            + " codes have to be compared again exactly for each neighbour that is wanted. No"
            + " graphs: every code is compared.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CodesCommand implements Callable<Integer> {
  private static final int MAX_K = 100;
  private static final int CLUSTERS = 200;
  private static final int RANK = 30;
  private static final double WITHIN = 0.6;
  private static final double NOISE = 0.2;

  private final Out out;

  @Option(
      names = "--base",
      paramLabel = "FVECS",
      description = "Vectors; without it mixtures as 'generate' writes them.")
  private @Nullable Path base;

  @Option(
      names = "--query",
      paramLabel = "FVECS",
      description = "Queries. Default with --base: every tenth of its rows, which is left out.")
  private @Nullable Path query;

  @Option(
      names = "--d",
      paramLabel = "N",
      split = ",",
      defaultValue = "32,64,128,384,768,1536",
      description = "Dimensions of the mixtures. Default: ${DEFAULT-VALUE}.")
  private List<Integer> dimensions = List.of();

  @Option(
      names = "--n",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Vectors of each mixture. Default: ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "200",
      description = "Queries of each mixture. Default: ${DEFAULT-VALUE}.")
  private int queries;

  @Option(
      names = "--within",
      paramLabel = "X",
      defaultValue = "" + WITHIN,
      description = "Width of clusters as for 'generate'. Default: ${DEFAULT-VALUE}.")
  private double within;

  @Option(
      names = "--duplicates",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of rows that repeat an earlier one exactly. Default: ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--k",
      paramLabel = "N",
      split = ",",
      defaultValue = "10",
      description = "Neighbours wanted, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private List<Integer> ks = List.of();

  @Option(
      names = "--codes",
      paramLabel = "NAME",
      split = ",",
      description = "One or more of ${COMPLETION-CANDIDATES}. Default: all.")
  private List<CodeKind> kinds = Arrays.asList(CodeKind.values());

  @Option(
      names = "--similarity",
      paramLabel = "NAME",
      defaultValue = "cosine",
      description = "cosine, dot_product or euclidean. Default: ${DEFAULT-VALUE}.")
  private Similarity similarity = Similarity.COSINE;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the mixtures. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private final OutputForm form = new OutputForm();

  CodesCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    AnnOptions.within("--n", rows, 1, 10_000_000);
    AnnOptions.within("--queries", queries, 1, 1_000_000);
    ks.forEach(k -> AnnOptions.within("--k", k, 1, MAX_K));
    if (query != null && base == null) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "--query is given without --base, expected both");
    }
    List<CodeRecall> results = new ArrayList<>();
    try (TemporaryFolder folder = TemporaryFolder.create("attune-bench-codes")) {
      if (base != null) {
        results.addAll(ofFiles(base, folder.path()));
      } else {
        for (int dimension : dimensions) {
          results.addAll(ofMixture(dimension, folder.path()));
        }
      }
    }
    out.out().print(form.of(() -> CodeTable.of(results), () -> ""));
    return 0;
  }

  private List<CodeRecall> ofFiles(Path vectors, Path folder) throws IOException {
    String name = vectors.toString();
    try (RowFile all = RowFile.open(vectors)) {
      if (query != null) {
        try (RowFile questions = RowFile.open(query)) {
          return measure(name, all, questions.allFloats(), folder);
        }
      }
      List<float[]> questions = new ArrayList<>();
      Path rest = folder.resolve("rest.fvecs");
      try (RowFileWriter writer = new RowFileWriter(rest)) {
        for (int row = 0; row < all.rows(); row++) {
          if (row % 10 == 0) {
            questions.add(all.floats(row));
          } else {
            writer.write(all.floats(row));
          }
        }
      }
      try (RowFile left = RowFile.open(rest)) {
        return measure(name, left, questions.toArray(float[][]::new), folder);
      }
    }
  }

  private List<CodeRecall> ofMixture(int dimension, Path folder) throws IOException {
    Mixture mixture =
        new Mixture(new MixtureShape(dimension, CLUSTERS, RANK, within, NOISE, duplicates, seed));
    Path file = folder.resolve("mixture-" + dimension + ".fvecs");
    try (RowFileWriter writer = new RowFileWriter(file)) {
      for (int row = 0; row < rows; row++) {
        writer.write(mixture.base(row));
      }
    }
    float[][] questions = new float[queries][];
    Arrays.setAll(questions, mixture::query);
    try (RowFile written = RowFile.open(file)) {
      return measure("mixture", written, questions, folder);
    } finally {
      Files.delete(file);
    }
  }

  private List<CodeRecall> measure(String name, RowFile vectors, float[][] questions, Path folder)
      throws IOException {
    int most = ks.stream().mapToInt(k -> k).max().orElse(1);
    int[][] nearest =
        ExactNeighbours.of(vectors, questions, similarity, most, row -> true, done -> {});
    Truth truth = new Truth(vectors, questions, similarity, nearest);
    List<CodeRecall> results = new ArrayList<>();
    for (CodeKind kind : kinds) {
      Path index = Files.createTempDirectory(folder, kind.label());
      try (CodedRows rows = kind.encode(vectors, similarity, index)) {
        for (int k : ks) {
          CodeRecall result = CodeRecall.measure(name, vectors, questions, truth, k, kind, rows);
          results.add(result);
          out.out().print(form.of(() -> "", () -> result.toJson() + "\n"));
          out.out().flush();
        }
      }
    }
    return results;
  }
}
