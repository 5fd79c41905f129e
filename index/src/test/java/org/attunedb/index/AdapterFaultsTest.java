package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.internal.adapter.AdapterVerifier;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.attunedb.index.internal.io.OutputFile;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.store.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Versions on a disk that fails, and versions that come and go while they are used. */
@Timeout(60)
class AdapterFaultsTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();
  private static final Path FOLDER = ROOT.resolve("collections/things");
  private static final Path ADAPTERS = FOLDER.resolve("adapters");
  private static final AdapterWeights WEIGHTS =
      new AdapterWeights(new float[] {1, 0}, new float[] {0, 1}, new float[2], 1);

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private final StoreFiles files = new StoreFiles(disk);
  private final FakeTrainer trainer = new FakeTrainer();
  private Store store;
  private VectorCollection things;
  private DeepMemory memory;

  @BeforeEach
  void fill() {
    store = open();
    things = store.create("things", CollectionSpec.vectors(2, Similarity.COSINE), null);
    things.upsert(List.of(Document.of("a", Embedding.of(1, 0))));
    memory = things.deepMemory();
    trainer.publish(WEIGHTS);
  }

  private Store open() {
    return Store.open(
        ROOT, disk, AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer)), () -> {});
  }

  private void reopen() {
    disk.follow((step, path, call) -> call.run());
    store.close();
    store = open();
    things = store.get("things", null);
    memory = things.deepMemory();
  }

  private TrainingJob train() {
    return memory.train(
        TrainingRequest.of(
            LabelledQueries.ofVectors(
                List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of("a"))))));
  }

  private void search(String version) {
    things.search(
        SearchRequest.vector(Embedding.of(1, 2))
            .k(1)
            .adapter(AdapterChoice.version(version))
            .build());
  }

  private List<String> names() {
    return memory.versions().stream().map(AdapterVersion::name).toList();
  }

  private static void assertFails(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(AttuneException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private static void assertFailed(JobState state, ErrorCode code) {
    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Failed.class, failed -> assertThat(failed.code()).isEqualTo(code));
  }

  /** Fails the switch to a new version, before or after its file was renamed. */
  private void failSwitch(Step failing) {
    AtomicBoolean renamed = new AtomicBoolean();
    disk.follow(
        (step, path, call) -> {
          boolean own = path.endsWith("adapters/active.json.tmp");
          renamed.compareAndSet(false, own && step == Step.RENAME);
          if (step == failing && renamed.get() && (own || path.equals(ADAPTERS))) {
            throw new IOException("test");
          }
          call.run();
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"RENAME", "FORCE_DIRECTORY"})
  void publish_switchFails_keepsTheVersionInactiveEndsWritesAndIsTakenUp(Step failing)
      throws InterruptedException {
    failSwitch(failing);

    TrainingJob job = train();

    assertFailed(job.await(), ErrorCode.STORE_IO);
    assertThat(memory.activeVersion()).isEmpty();
    assertThat(names()).containsExactly("v1");
    assertThat(memory.adapter("v1").weights()).isEqualTo(WEIGHTS);
    assertFails(
        ErrorCode.READ_ONLY, () -> things.upsert(List.of(Document.of("b", Embedding.of(1, 0)))));

    reopen();
    assertThat(names()).containsExactly("v1");
    JobState resumed = memory.resume(job.id()).await();

    assertThat(resumed)
        .isInstanceOfSatisfying(
            JobState.Completed.class, done -> assertThat(done.version()).contains("v1"));
    assertThat(trainer.sets()).hasSize(1);
    assertThat(names()).containsExactly("v1");
    assertThat(memory.activeVersion()).contains("v1");
  }

  /** Somebody chose otherwise after the version was active: that stays. */
  @Test
  void resume_publishedVersionWasSwitchedAwayFrom_leavesTheChoice() throws InterruptedException {
    failSwitch(Step.FORCE_DIRECTORY);
    TrainingJob job = train();
    job.await();
    reopen();
    assertThat(memory.activeVersion()).contains("v1");
    memory.deactivate();

    JobState resumed = memory.resume(job.id()).await();

    assertThat(resumed).isInstanceOf(JobState.Completed.class);
    assertThat(memory.activeVersion()).isEmpty();
    assertThat(memory.job(job.id()).log())
        .extracting(JobLogEntry::text)
        .contains(
            "v1, which an earlier attempt made, is not activated: versions have been switched since");
  }

  @Test
  void activate_activeFileCantBeWrittenBeside_changesNothingAndGoesOn()
      throws InterruptedException {
    train().await();
    disk.fail(Step.CREATE, "active.json.tmp");
    assertFails(ErrorCode.STORE_IO, memory::deactivate);

    disk.follow((step, path, call) -> call.run());
    things.upsert(List.of(Document.of("b", Embedding.of(1, 0))));
    memory.deactivate();
    assertThat(memory.activeVersion()).isEmpty();
  }

  @Test
  void search_versionThatIsDeletedMeanwhile_isNotKept() throws InterruptedException {
    train().await();
    train().await();
    AtomicReference<Thread> deleting = new AtomicReference<>();
    disk.follow(
        (step, path, call) -> {
          call.run();
          if (step == Step.READ
              && path.endsWith("v1/adapter.safetensors")
              && deleting.get() == null) {
            deleting.set(Thread.ofPlatform().daemon().start(() -> memory.delete("v1")));
            awaitBlockedOrEnded(deleting.get());
          }
        });

    search("v1");
    deleting.get().join();

    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> search("v1"));
    assertThat(names()).containsExactly("v2");
  }

  private static void awaitBlockedOrEnded(Thread thread) {
    while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
  }

  @Test
  void activate_versionThatTheDiskLost_isRefusedThoughItWasUsedBefore()
      throws InterruptedException {
    train().await();
    train().await();
    search("v1");
    files.deleteRecursively(ADAPTERS.resolve("v1"));

    assertFails(ErrorCode.ADAPTER_NOT_FOUND, () -> memory.activate("v1"));
    assertFails(ErrorCode.ADAPTER_NOT_FOUND, memory::rollback);
    assertThat(memory.activeVersion()).contains("v2");
    assertThat(names()).containsExactly("v2");
  }

  @Test
  void jobs_oneCantBeRead_isListedAsFailedAndOthersTrain() throws InterruptedException {
    TrainingJob lost = train();
    lost.await();
    reopen();
    disk.fail(Step.READ, lost.id() + "/job.json");

    assertFailed(memory.job(lost.id()).state(), ErrorCode.STORE_IO);
    assertFails(ErrorCode.JOB_STATE, () -> memory.resume(lost.id()));
    assertThat(train().await()).isInstanceOf(JobState.Completed.class);
    assertThat(memory.jobs()).hasSize(2);
  }

  @Test
  void train_leftoverCantBeRemoved_trains() throws InterruptedException {
    files.createDirectories(FOLDER.resolve("jobs/0123456789abcdef01234567.tmp"));
    disk.fail(Step.DELETE, "01234567.tmp");

    assertThat(train().await()).isInstanceOf(JobState.Completed.class);
  }

  @Test
  void open_leftoversOfVersionsAndJobs_areRemoved() throws InterruptedException {
    train().await();
    Path job = FOLDER.resolve("jobs/0123456789abcdef01234567.tmp");
    files.createDirectories(job);
    files.createDirectories(ADAPTERS.resolve("v7.tmp"));
    files.writeBeside(ADAPTERS.resolve("active.json"), new byte[] {1});

    reopen();

    assertThat(disk.exists(job)).isFalse();
    assertThat(files.list(ADAPTERS))
        .containsExactly(ADAPTERS.resolve("active.json"), ADAPTERS.resolve("v1"));
    assertThat(memory.activeVersion()).contains("v1");
  }

  @Test
  void open_activeAdapterOfANewerVersion_saysSoAndSoDoesVerification()
      throws InterruptedException, IOException {
    train().await();
    store.close();
    Path weights = ADAPTERS.resolve("v1/adapter.safetensors");
    String content = new String(files.read(weights), StandardCharsets.ISO_8859_1);
    byte[] newer =
        content
            .replace("\"version\":\"2\"", "\"version\":\"4\"")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(newer).isNotEqualTo(files.read(weights));
    replace(weights, newer);

    store = open();

    assertThatExceptionOfType(AttuneException.class)
        .isThrownBy(() -> store.get("things", null))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT))
        .withMessageContaining("adapter.safetensors");
    AtomicReference<String> found = new AtomicReference<>();
    AdapterVerifier.verify(
        files,
        ADAPTERS,
        null,
        (file, problem) -> {
          if (problem != null) {
            found.set(file + " " + problem);
          }
        });
    assertThat(found.get()).contains("adapter.safetensors", "newer");
  }

  private void replace(Path weights, byte[] content) throws IOException {
    disk.delete(weights);
    try (OutputFile out = disk.create(weights)) {
      out.write(ByteBuffer.wrap(content));
    }
    CRC32C crc = new CRC32C();
    crc.update(content);
    Path file = weights.resolveSibling("version.json");
    ObjectNode json =
        StrictJson.readObject(new String(files.read(file), StandardCharsets.UTF_8), "version");
    json.remove("crc32c");
    json.put("weightsCrc32c", HexFormat.of().toHexDigits((int) crc.getValue()));
    SealedJson.write(files, file, json);
  }
}
