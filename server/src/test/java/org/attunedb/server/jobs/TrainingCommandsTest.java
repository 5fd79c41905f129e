package org.attunedb.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterBinding;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.search.SearchMode;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands train, jobs and adapters, as a user runs them, with the real trainer. */
@Timeout(240)
class TrainingCommandsTest {
  @TempDir private Path temp;
  private Path store = Path.of("");

  @BeforeEach
  void fill() {
    store = temp.resolve("store");
    try (Attune attune = Attune.open(store)) {
      attune
          .createCollection("one", CollectionSpec.lexical())
          .upsert(List.of(Document.of("only", "The printer is out of toner.")));
    }
  }

  private CliRun run(String command, String sub, Object... more) {
    return CliRun.of(
        Stream.concat(
                Stream.of(command, sub, "--store", store, "--collection", "one"), Stream.of(more))
            .toArray());
  }

  private CliRun train(Object... more) {
    return CliRun.of(
        Stream.concat(Stream.of("train", "--store", store, "--collection", "one"), Stream.of(more))
            .toArray());
  }

  /** Many questions that differ in a number only, which no document has. */
  private Path data() throws IOException {
    Path folder = temp.resolve("data");
    Files.createDirectories(folder.resolve("qrels"));
    StringBuilder queries = new StringBuilder();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    IntStream.range(0, 40)
        .forEach(
            i -> {
              queries.append("{\"_id\": \"q%s\", \"text\": \"toner %s\"}\n".formatted(i, i));
              qrels.append("q%s\tonly\t1\n".formatted(i));
            });
    Files.writeString(folder.resolve("queries.jsonl"), queries);
    Files.writeString(folder.resolve("qrels/train.tsv"), qrels);
    return folder;
  }

  @Test
  void train_oneDocumentAndQueriesThatSayTheSame_completesForWantOfLabels() throws IOException {
    CliRun run = train("--data", data());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("| status                     | completed                     |")
        .contains("no improvement")
        .endsWith("active adapter: none" + System.lineSeparator());
    String json = run("jobs", "list", "--output", "json").out();
    assertThat(StrictJson.readObject(json, "jobs").path("jobs").path(0).path("outcome").asText())
        .isEqualTo("too_few_labels");
    String id = StrictJson.readObject(json, "jobs").path("jobs").path(0).path("id").asText();
    assertThat(run("jobs", "logs", id).out()).contains("gate: too_few_labels");
    // What the command prints at the end is the box of the job.
    assertThat(run.out()).startsWith(run("jobs", "status", id).out());
    assertThat(run("jobs", "delete", id).fault()).contains("--yes");
    assertThat(run("jobs", "list").out()).contains("submitted", id);
    assertThat(run("jobs", "delete", id, "--yes").code()).isZero();
    assertThat(run("jobs", "list").out()).isEqualTo("no training jobs\n");
  }

  @Test
  void train_twoFiles_readsThem() throws IOException {
    Path data = data();

    CliRun run =
        train(
            "--queries",
            data.resolve("queries.jsonl"),
            "--qrels",
            data.resolve("qrels/train.tsv"),
            "--seed",
            7);

    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void train_badInput_isRefusedAndLeavesNoJob() throws IOException {
    Path data = data();
    assertThat(train().code()).isEqualTo(2);
    assertThat(train("--data", data, "--qrels", data).code()).isEqualTo(2);
    assertThat(train("--queries", data.resolve("queries.jsonl")).code()).isEqualTo(2);
    assertThat(train("--data", temp.resolve("missing")).fault()).contains("missing");
    assertThat(train("--data", data, "--rank", 0).fault()).contains("rank is 0");
    assertThat(train("--data", data, "--time-limit", 0).fault()).contains("PT0S");
    CliRun tooLarge = train("--data", data, "--memory-limit", 1);
    assertThat(tooLarge.code()).isEqualTo(6);
    assertThat(tooLarge.fault()).contains("the limit is 1 MiB");
    Files.writeString(
        data.resolve("qrels/train.tsv"), "query-id\tcorpus-id\tscore\nnobody\tonly\t1\n");
    assertThat(train("--data", data).fault()).contains("nobody");

    assertThat(run("jobs", "list").out()).isEqualTo("no training jobs\n");
  }

  @Test
  void train_strictWithUnknownDocument_failsAndTheJobSaysWhy() throws IOException {
    Path data = data();
    Files.writeString(data.resolve("qrels/train.tsv"), "query-id\tcorpus-id\tscore\nq1\tgone\t1\n");

    CliRun run = train("--data", data, "--strict");

    assertThat(run.code()).isEqualTo(6);
    assertThat(run.fault()).contains("gone");
    assertThat(run("jobs", "list").out()).contains("failed", "gone");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 86_401, Integer.MAX_VALUE})
  void jobsCancel_timeoutOutOfRange_isRefused(int seconds) {
    CliRun run = run("jobs", "cancel", "nope", "--timeout", seconds);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).contains("--timeout is " + seconds, "86400");
  }

  @Test
  void jobs_unknownIdOrNoCommand_isAnError() {
    assertThat(run("jobs", "status", "nope").code()).isEqualTo(5);
    assertThat(run("jobs", "resume", "nope").fault()).isEqualTo("attune: no training job 'nope'");
    assertThat(CliRun.of("jobs").code()).isEqualTo(2);
    assertThat(CliRun.of("adapters").code()).isEqualTo(2);
    assertThat(CliRun.of("jobs", "list", "--debug", "--help").code()).isZero();
  }

  @Test
  void adapters_importSwitchRollBackExportDelete_doWhatTheySay() throws IOException {
    Path npy = Files.write(temp.resolve("model.npy"), identity(1024));

    assertThat(run("adapters", "list").out()).isEqualTo("no adapter versions\n");
    CliRun imported = run("adapters", "import", npy);
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.out()).contains("imported v1: rank 1,", "judged by no gate");
    assertThat(run("adapters", "list").out()).contains("v1", "imported from npy");
    assertThat(run("adapters", "activate", "v1").code()).isZero();
    assertThat(run("adapters", "delete", "v1", "--yes").fault()).contains("v1 is active");
    assertThat(
            StrictJson.readObject(run("adapters", "show", "v1").out(), "show")
                .path("active")
                .asBoolean())
        .isTrue();
    assertThat(run("adapters", "rollback").out().strip()).isEqualTo("active adapter: none");
    assertThat(run("adapters", "rollback").code()).isEqualTo(4);
    assertThat(run("adapters", "deactivate").code()).isZero();
    Path copy = temp.resolve("v1.safetensors");
    assertThat(run("adapters", "export", "v1", copy).code()).isZero();
    assertThat(run("adapters", "export", "v1", copy).code()).isEqualTo(4);
    assertThat(run("adapters", "import", copy).out()).contains("imported v2");
    assertThat(run("adapters", "delete", "v1").fault()).contains("--yes");
    assertThat(run("adapters", "show", "v1").code()).isZero();
    assertThat(run("adapters", "delete", "v1", "--yes").code()).isZero();
    assertThat(run("adapters", "show", "v1").code()).isEqualTo(5);
    assertThat(
            StrictJson.readObject(run("adapters", "list", "--output", "json").out(), "list")
                .path("versions"))
        .hasSize(1);
    assertThat(run("adapters", "import", temp.resolve("none")).code()).isEqualTo(2);
  }

  private static byte[] identity(int dimension) {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s, %s), }"
            .formatted(dimension, dimension);
    header = header + " ".repeat(117 - header.length()) + "\n";
    ByteBuffer file =
        ByteBuffer.allocate(128 + dimension * dimension * 4).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) 1).put((byte) 0).putShort((short) 118);
    file.put(header.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < dimension; i++) {
      file.putFloat(128 + (i * dimension + i) * 4, 1);
    }
    return file.array();
  }

  /** The file of a version that remembers one query about the document. */
  private Path remembering() throws IOException {
    int dimension = LexicalEmbedder.INFO.dimension();
    float[] query = new float[dimension];
    query[0] = 1;
    ModeProfile profile = new ModeProfile(true, Blend.constant(0), Blend.constant(0.5f), 0.5f);
    AdapterWeights weights =
        new AdapterWeights(
            new float[dimension],
            new float[dimension],
            new float[dimension],
            Map.of(SearchMode.VECTOR, profile, SearchMode.HYBRID, profile),
            QueryMemory.of(
                List.of(Embedding.of(query)),
                List.of(List.of(new QueryMemory.Relevant("only", 1))),
                new Logistic(0, 0),
                new Logistic(10, -9)));
    AdapterBinding binding =
        new AdapterBinding(LexicalEmbedder.INFO.name(), dimension, "c", "l", "t", 1, Map.of());
    return Files.write(
        temp.resolve("remembering.safetensors"), AdapterFile.encode(new Adapter(binding, weights)));
  }

  @Test
  void train_besideAnActiveVersion_learnsWhatItRemembersUnlessFromScratch() throws IOException {
    assertThat(run("adapters", "import", remembering()).code()).isZero();
    assertThat(run("adapters", "activate", "v1").code()).isZero();
    Path data = data();

    assertThat(train("--data", data).code()).isZero();
    assertThat(train("--data", data, "--from-scratch").code()).isZero();

    JsonNode jobs =
        StrictJson.readObject(run("jobs", "list", "--output", "json").out(), "jobs").path("jobs");
    List<String> logs = new ArrayList<>();
    jobs.forEach(job -> logs.add(run("jobs", "logs", job.path("id").asText()).out()));
    assertThat(logs).hasSize(2);
    assertThat(logs).filteredOn(log -> log.contains("with 1 more that v1 remembers")).hasSize(1);
  }
}
