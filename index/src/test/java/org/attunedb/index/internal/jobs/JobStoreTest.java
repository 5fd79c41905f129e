package org.attunedb.index.internal.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.index.JobLogEntry;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.attunedb.index.internal.io.OutputFile;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs on a disk that lies, fails or was written by somebody else. */
class JobStoreTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();
  private static final Path JOBS = ROOT.resolve("jobs");
  private static final String ID = "0123456789abcdef01234567";
  private static final String OTHER = "fedcba9876543210fedcba98";
  private static final Path FOLDER = JOBS.resolve(ID);

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private final StoreFiles files = new StoreFiles(disk);
  private final JobStore store = new JobStore(files, JOBS, false);

  @BeforeEach
  void fill() {
    store.create(ended(1, ID), labels());
    store.create(ended(2, OTHER), labels());
  }

  private static JobRecord ended(long number, String id) {
    return JobRecord.first(number, id, Instant.EPOCH).in(new JobState.Cancelled());
  }

  private static TrainingRequest labels() {
    return TrainingRequest.of(
        LabelledQueries.ofVectors(
            List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of("a")))));
  }

  private void edit(String member, String value) {
    Path file = FOLDER.resolve("job.json");
    ObjectNode json =
        StrictJson.readObject(new String(files.read(file), StandardCharsets.UTF_8), "job.json");
    json.remove("crc32c");
    json.put(member, value);
    SealedJson.write(files, file, json);
  }

  private void write(Path file, byte[] content) throws Exception {
    files.deleteRecursively(file);
    try (OutputFile out = disk.create(file)) {
      out.write(ByteBuffer.wrap(content));
    }
  }

  private List<Path> damaged() {
    List<Path> damaged = new ArrayList<>();
    JobVerifier.verify(
        files,
        JOBS,
        (file, problem) -> {
          if (problem != null) {
            damaged.add(file);
          }
        });
    return damaged;
  }

  /** A checksum keeps nobody from writing another id. */
  @ParameterizedTest
  @ValueSource(strings = {"../../../victim", "/victim", OTHER, "", "0123456789ABCDEF01234567"})
  void list_idIsNotTheFoldersName_isFailedUnderTheFoldersName(String id) {
    edit("id", id);

    JobRecord job = store.list().getFirst();

    assertThat(job.id()).isEqualTo(ID);
    assertThat(job.isUnreadable()).isTrue();
    assertThat(job.state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.STORE_CORRUPT);
              assertThat(failed.message()).contains("job.json", "'" + id + "'");
            });
    assertThat(damaged()).containsExactly(FOLDER.resolve("job.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../victim", "/victim", "..", "", ID + ".tmp"})
  void paths_anythingButAnId_isRefused(String id) {
    assertThatIllegalArgumentException().isThrownBy(() -> store.folder(id));
    assertThatIllegalArgumentException().isThrownBy(() -> store.read(id));
    assertThatIllegalArgumentException().isThrownBy(() -> store.delete(id));
    assertThatIllegalArgumentException().isThrownBy(() -> store.create(ended(3, id), labels()));
  }

  @Test
  void list_oneJobCantBeRead_showsItAsFailedAndTheOthersAsTheyAre() {
    disk.fail(Step.READ, ID + "/job.json");

    List<JobRecord> jobs = store.list();

    assertThat(jobs.stream().map(JobRecord::id)).containsExactly(ID, OTHER);
    assertThat(jobs.getFirst().state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.STORE_IO));
    assertThat(jobs.getLast()).isEqualTo(ended(2, OTHER));
  }

  private JobLog log() {
    return store.folder(ID).newLog(1);
  }

  private static JobLogEntry entry(int second) {
    return new JobLogEntry(Instant.ofEpochSecond(second), "line " + second);
  }

  @Test
  void log_writeThatFailsHalfway_endsTheLogAndKeepsWhatCameBefore() throws Exception {
    try (JobLog log = log()) {
      log.add(entry(1));
      disk.tear("log-1.jsonl");
      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> log.add(entry(2)));

      log.add(entry(3));
      log.addLast(entry(4));
      log.force();
    }

    assertThat(store.folder(ID).log(1)).containsExactly(entry(1));
    assertThat(damaged()).isEmpty();
  }

  @Test
  void log_writeThatFails_leavesNoFileOpen() throws Exception {
    List<Step> steps = new ArrayList<>();
    try (JobLog log = log()) {
      disk.follow(
          (step, path, call) -> {
            steps.add(step);
            call.run();
          });
      disk.tear("log-1.jsonl");
      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> log.add(entry(1)));
      assertThat(steps).contains(Step.CREATE).endsWith(Step.CLOSE);
    }
  }

  /** What a power failure makes of a page that was not forced. */
  @Test
  void log_zeroedMiddle_isReadUpToItSaysSoAndIsDamageOnlyOnceTheEndWasRecorded() throws Exception {
    try (JobLog log = log()) {
      for (int i = 1; i <= 5; i++) {
        log.add(entry(i));
      }
    }
    Path file = FOLDER.resolve("log-1.jsonl");
    byte[] content = files.read(file).clone();
    Arrays.fill(content, content.length / 2 - 10, content.length / 2 + 10, (byte) 0);
    write(file, content);

    List<JobLogEntry> entries = store.folder(ID).log(1);

    assertThat(entries).hasSize(3).startsWith(entry(1), entry(2));
    assertThat(entries.getLast().text()).startsWith("log-1.jsonl is truncated: line 3");
    assertThat(damaged()).containsExactly(file);
    JobRecord running = JobRecord.first(1, ID, Instant.EPOCH).in(new JobState.Training());
    store.folder(ID).write(running);
    assertThat(damaged()).isEmpty();
  }

  @Test
  void checkpoint_ofANewerVersion_isPassedOverAndNamedAsSuch() throws Exception {
    CheckpointStore checkpoints = store.folder(ID).checkpoints();
    checkpoints.write("fold-1", new byte[] {1, 2, 3});
    Path file = FOLDER.resolve("checkpoints/fold-1.ckpt");
    byte[] content = files.read(file).clone();
    content[11]++;
    write(file, content);

    assertThat(checkpoints.read("fold-1")).isEmpty();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> FolderCheckpoints.content(files, file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT))
        .withMessageContaining("version is 2");
  }

  @Test
  void verify_cancelFile_isKnownAndMustBeEmpty() throws Exception {
    store.folder(ID).requestCancel();
    Path cancel = FOLDER.resolve("cancel");
    TreeMap<Path, String> found = new TreeMap<>();
    JobVerifier.verify(files, JOBS, (file, problem) -> found.put(file, String.valueOf(problem)));

    assertThat(found).containsEntry(cancel, "null");
    write(cancel, new byte[] {1});
    assertThat(damaged()).containsExactly(cancel);
  }
}
