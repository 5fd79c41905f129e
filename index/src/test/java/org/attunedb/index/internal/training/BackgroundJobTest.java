package org.attunedb.index.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.jobs.JobFit;
import org.attunedb.index.internal.jobs.JobFolder;
import org.attunedb.index.internal.jobs.JobJournal;
import org.attunedb.index.internal.jobs.JobRecord;
import org.attunedb.index.internal.jobs.JobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job whose files can't be written ends all the same, and whoever waits is told. */
@Timeout(60)
class BackgroundJobTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();
  private static final String ID = "0123456789abcdef01234567";

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private final JobStore store = new JobStore(new StoreFiles(disk), ROOT.resolve("jobs"), false);
  private final JobRecord first = JobRecord.first(1, ID, Instant.EPOCH);
  private final JobFolder folder =
      store.create(
          first,
          TrainingRequest.of(
              LabelledQueries.ofVectors(
                  List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of("a"))))));

  private BackgroundJob job(BackgroundJob.Work work) {
    return new BackgroundJob(
        first, new JobJournal(folder, first, Clock.systemUTC()), Optional.empty(), work);
  }

  private void failWith(Step failing, Throwable failure) {
    disk.follow(
        (step, path, call) -> {
          if (step == failing) {
            sneak(failure);
          }
          call.run();
        });
  }

  private static void sneak(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  @Test
  void run_journalThrowsWhatIsNoStoreException_endsAsItsWorkDid() throws InterruptedException {
    BackgroundJob job = job((running, cancellation) -> new JobState.Cancelled());
    failWith(Step.CREATE, new UnsupportedOperationException("test"));

    job.run();

    assertThat(job.await()).isEqualTo(new JobState.Cancelled());
  }

  @Test
  void run_errorWhileTheBeginningIsWritten_fails() throws InterruptedException {
    BackgroundJob job = job((running, cancellation) -> new JobState.Cancelled());
    failWith(Step.FORCE, new OutOfMemoryError("test"));

    try {
      job.run();
    } catch (OutOfMemoryError e) {
      // From the end, which can't be written either.
      assertThat(e).hasMessage("test");
    }

    assertThat(job.await())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.TRAINING_FAILED));
  }

  @Test
  void fit_thatCantBeWritten_endsTheTrainingBeforeItsFirstCheckpoint() throws InterruptedException {
    JobFit fit = new JobFit("corpus", "labels", "config", "trainer");
    BackgroundJob job =
        job(
            (running, cancellation) -> {
              disk.fail(Step.RENAME, "job.json.tmp");
              running.fit(fit);
              running.journal().checkpoints().write("fold-1", new byte[] {1});
              return new JobState.Cancelled();
            });

    job.run();

    assertThat(job.await())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.STORE_IO));
    assertThat(folder.read().fit()).isEmpty();
    assertThat(job.journal().checkpointCount()).isZero();
  }
}
