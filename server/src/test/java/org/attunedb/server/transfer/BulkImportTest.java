package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.CliRun;
import org.attunedb.server.cli.AttuneCli;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports that are larger than what is there: loaded in bulk, and merged once in the end. */
class BulkImportTest {
  private static final int DIMENSION = 384;
  private static final int ROWS = 14_000;

  /**
   * Rows lie about so many centres: of independent Gaussian ones any graph of this degree finds but
   * 75 to 80 in 100, as some are nobody's neighbours there.
   */
  private static final int CLUSTERS = 200;

  private static final float SPREAD = 0.5f;

  /** What {@link BatchWriter} writes at once of such rows. */
  private static final int BATCH =
      Math.min(VectorCollection.MAX_BATCH, (int) Math.ceilDiv(16L << 20, 4 + 4 * DIMENSION));

  @TempDir private static Path data;
  private static Path vectors;

  @TempDir private Path temp;

  @BeforeAll
  static void write() throws IOException {
    vectors = data.resolve("base.fvecs");
    SplittableRandom random = new SplittableRandom(4);
    float[][] centres = new float[CLUSTERS][DIMENSION];
    for (float[] centre : centres) {
      for (int c = 0; c < DIMENSION; c++) {
        centre[c] = (float) random.nextGaussian();
      }
    }
    ByteBuffer row = ByteBuffer.allocate(4 + 4 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(vectors))) {
      for (int i = 0; i < ROWS; i++) {
        row.clear();
        row.putInt(DIMENSION);
        float[] centre = centres[random.nextInt(CLUSTERS)];
        for (int c = 0; c < DIMENSION; c++) {
          row.putFloat(centre[c] + SPREAD * (float) random.nextGaussian());
        }
        out.write(row.array());
      }
    }
  }

  private Path store() {
    return temp.resolve("store");
  }

  private Object[] arguments(String... more) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("import", "--store", store().toString(), "--collection", "docs"));
    arguments.addAll(List.of(more));
    arguments.add(vectors.toString());
    return arguments.toArray();
  }

  @Test
  void import_fileLargerThanTheCollection_leavesOneSegmentWithItsGraph() {
    CliRun run = CliRun.of(arguments("--create", DIMENSION + ":euclidean"));

    assertThat(run.out())
        .as(run.err())
        .isEqualTo("imported %s documents into 'docs'%n".formatted(ROWS));
    assertThat(run.err()).contains("importing 100%").contains("merging 100%");
    try (Attune attune = Attune.open(store())) {
      VectorCollection collection = attune.collection("docs");
      assertThat(collection.count(null)).isEqualTo(ROWS);
      assertThat(collection.stats().segments()).isEqualTo(1);
      assertThat(foundByItsGraph(collection)).isGreaterThan(95);
    }
  }

  /** How many of 100 rows the graph answers with when asked for their own vectors. */
  private static int foundByItsGraph(VectorCollection collection) {
    int found = 0;
    for (int row = 0; row < ROWS; row += ROWS / 100) {
      String id = Integer.toString(row);
      Embedding own = Objects.requireNonNull(collection.get(id).orElseThrow().embedding());
      var response =
          collection.search(
              SearchRequest.vector(own).k(1).tuning(new SearchTuning(64, false)).build());
      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      found += response.ids().equals(List.of(id)) ? 1 : 0;
    }
    return found;
  }

  @Test
  void import_fileSmallerThanTheCollection_isNotMergedInTheEnd() {
    SplittableRandom random = new SplittableRandom(5);
    float[] components = new float[DIMENSION];
    Stores.create(
        store(),
        "docs",
        CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN),
        IntStream.range(0, 2 * ROWS)
            .mapToObj(
                i -> {
                  components[i % DIMENSION] = (float) random.nextGaussian();
                  return Document.of("there" + i, Embedding.of(components));
                })
            .toList());

    CliRun run = CliRun.of(arguments());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("importing 100%").doesNotContain("merging");
    try (Attune attune = Attune.open(store())) {
      assertThat(attune.collection("docs").count(null)).isEqualTo(3 * ROWS);
    }
  }

  /** Documented: whole batches of the beginning, and the same import can be run again. */
  @Test
  void import_killedInTheMidst_leavesWholeBatchesAndCanBeRunAgain() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            AttuneCli.class.getName());
    for (Object argument : arguments("--create", DIMENSION + ":euclidean")) {
      builder.command().add(argument.toString());
    }
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      String line = err.readLine();
      while (line != null && !line.startsWith("importing  80%")) {
        line = err.readLine();
      }
      assertThat(line).as("the import is under way").isNotNull();
    } finally {
      process.destroyForcibly().waitFor();
    }
    try (Attune attune = Attune.open(store())) {
      long there = attune.collection("docs").count(null);
      assertThat(there == ROWS || there % BATCH == 0).as("%d documents", there).isTrue();
    }

    CliRun again = CliRun.of(arguments());

    assertThat(again.code()).as(again.err()).isZero();
    try (Attune attune = Attune.open(store())) {
      assertThat(attune.collection("docs").count(null)).isEqualTo(ROWS);
    }
  }

  @Test
  void import_faultFoundLate_keepsWhatWasAddedBefore() {
    Path rejects = temp.resolve("rejects.jsonl");
    Path bad = temp.resolve("bad.jsonl");
    write(bad, "{\"id\":\"short\",\"embedding\":[1,2]}\n");
    List<Object> arguments =
        new java.util.ArrayList<>(
            List.of(arguments("--create", DIMENSION + ":euclidean", "--on-error", "skip")));
    arguments.addAll(List.of(bad, "--rejects", rejects));

    CliRun run = CliRun.of(arguments.toArray());

    assertThat(run.out())
        .as(run.err())
        .contains("imported %s documents into 'docs', rejected 1".formatted(ROWS));
    assertThat(rejects).content().contains("short");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
