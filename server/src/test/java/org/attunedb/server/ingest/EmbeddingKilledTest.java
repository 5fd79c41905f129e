package org.attunedb.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.ByteProgress;
import org.attunedb.server.CliProcess;
import org.attunedb.server.CliRun;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.LoggedRequest;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while a service embeds for them. */
@Timeout(400)
class EmbeddingKilledTest {
  /** One batch of documents and two requests more; requests of one size, whichever is first. */
  private static final int FILES = 256 + 64;

  private static final int BATCH = 32;
  private static final int DIMENSION = 16;

  /** A record of the cache: key, vector, checksum; and the head of its files. */
  private static final int RECORD_BYTES = 32 + DIMENSION * Float.BYTES + Integer.BYTES;

  private static final int HEAD_BYTES = 16;

  @TempDir private Path temp;

  private Object[] ingest(MockOpenAi service, String name) {
    return new Object[] {
      "ingest",
      "--store",
      temp.resolve(name),
      "--collection",
      "docs",
      "--create",
      "--embedder",
      "openai:mock-embedding",
      "--dimensions",
      DIMENSION,
      "--base-url",
      service.baseUrl(),
      "--embedding-cache",
      temp.resolve(name + "-cache"),
      temp.resolve("pages")
    };
  }

  private Process start(MockOpenAi service) throws IOException {
    ProcessBuilder builder =
        CliProcess.of(ingest(service, "store")).redirectOutput(temp.resolve("log").toFile());
    builder.environment().put("ATTUNE_OPENAI_BATCH_TEXTS", String.valueOf(BATCH));
    builder.environment().put("ATTUNE_OPENAI_CONCURRENCY", "1");
    return builder.start();
  }

  private void writePages() throws IOException {
    Path pages = Files.createDirectories(temp.resolve("pages"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(pages.resolve("p" + i + ".txt"), "harbour%s keeps ship%s".formatted(i, i));
    }
  }

  /** Texts whose vectors the service sent, in all requests. */
  private static List<String> embedded(MockOpenAi service) {
    return service.requests().stream()
        .filter(request -> request.status() == 200)
        .map(LoggedRequest::body)
        .flatMap(body -> StrictJson.readObject(body, "request").path("input").valueStream())
        .map(text -> text.asText())
        .toList();
  }

  private int kept() throws IOException {
    Path cache = temp.resolve("store-cache").resolve("d" + DIMENSION);
    if (!Files.exists(cache)) {
      return 0;
    }
    int records = 0;
    try (Stream<Path> files = Files.list(cache)) {
      for (Path file : files.toList()) {
        records += (int) Math.max(0, Files.size(file) - HEAD_BYTES) / RECORD_BYTES;
      }
    }
    return records;
  }

  private Map<String, Document> stored(String name) {
    try (Attune attune = Attune.openReadOnly(temp.resolve(name))) {
      return attune.collection("docs").scan(null, 1_000, null).stream()
          .collect(Collectors.toMap(Document::id, Function.identity()));
    }
  }

  /**
   * Each process gets so many answers, keeps them, and is killed while it waits for the next: in
   * the first batch of documents, after it was stored, and in the second.
   */
  @Test
  void ingest_killedWhileAServiceEmbeds_embedsNothingTwiceAndLosesNothing() throws Exception {
    writePages();
    try (MockOpenAi service = MockOpenAi.start(MockOpenAiSettings.defaults());
        MockOpenAi other = MockOpenAi.start(MockOpenAiSettings.defaults())) {
      int answered = 0;
      for (int answers : List.of(1, 7, 1)) {
        answered += answers;
        killAfter(service, answers, BATCH * answered);
      }
      Process last = start(service);
      assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).as(Files.readString(temp.resolve("log"))).isZero();
      assertThat(CliRun.of(ingest(other, "undisturbed")).code()).isZero();

      assertThat(embedded(service)).doesNotHaveDuplicates().hasSize(FILES);
      assertThat(stored("store")).hasSize(FILES).isEqualTo(stored("undisturbed"));
    }
  }

  private void killAfter(MockOpenAi service, int answers, int vectors)
      throws IOException, InterruptedException {
    List<Fault> script = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      script.add(Fault.NONE);
    }
    script.add(Fault.HANG);
    int arrived = service.arrived() + script.size();
    service.failNext(script.toArray(Fault[]::new));
    Process process = start(service);
    try {
      while (process.isAlive() && (kept() < vectors || service.arrived() < arrived)) {
        Thread.sleep(5);
      }
      assertThat(process.isAlive()).as(Files.readString(temp.resolve("log"))).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(kept()).isEqualTo(vectors);
    assertThat(Attune.verify(temp.resolve("store"), ByteProgress.none()).damaged()).isEmpty();
  }
}
