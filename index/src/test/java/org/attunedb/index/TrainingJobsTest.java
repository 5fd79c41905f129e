package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.training.AdapterTrainer.Result;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that outlive their process, are taken up again, and keep within limits. */
@Timeout(60)
class TrainingJobsTest extends StoreTest {
  private static final String NAME = "things";
  private static final AdapterWeights WEIGHTS =
      new AdapterWeights(new float[] {1, 0}, new float[] {0, 1}, new float[2], 1);
  private static final List<TrainingEvent> EVENTS =
      List.of(
          new TrainingEvent.Started(1, 2, 0.25),
          new TrainingEvent.Stepped("fold 1/1", 1, 1, 2, 3.5, Duration.ofSeconds(9)),
          new TrainingEvent.EpochFinished("fold 1/1", 1, 3.5, 0.5, 0.25, Duration.ofSeconds(4)),
          new TrainingEvent.Stepped("final fit", 1, 2, 2, 2.5, Duration.ofSeconds(1)),
          new TrainingEvent.Decided(FakeTrainer.publishing(WEIGHTS).decision()));

  @TempDir private Path elsewhere;

  private final FakeTrainer trainer = new FakeTrainer();
  private VectorCollection collection;
  private DeepMemory memory;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  @BeforeEach
  void fill() {
    collection = attune.createCollection(NAME, CollectionSpec.vectors(2, Similarity.COSINE));
    collection.upsert(
        List.of(Document.of("a", Embedding.of(2, 0)), Document.of("b", Embedding.of(3, 4))));
    memory = collection.deepMemory();
  }

  private void reopenAll() {
    reopen();
    collection = attune.collection(NAME);
    memory = collection.deepMemory();
  }

  private static TrainingRequest labels() {
    return TrainingRequest.of(
        LabelledQueries.of(
            List.of("a question"),
            List.of(Embedding.of(1, 2)),
            List.of(List.of(RelevantDocument.of("a"), new RelevantDocument("b", 0.5)))));
  }

  /** Waits until it is cancelled, and writes nothing meanwhile. */
  private static Result untilCancelled(TrainingContext context) {
    return untilCancelled(context, () -> {});
  }

  private static Result untilCancelled(TrainingContext context, Runnable started) {
    context.listener().on(new TrainingEvent.Started(1, 2, 0.25));
    started.run();
    while (true) {
      context.cancellation().throwIfCancelled();
      sleep(5);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The store as a killed process leaves it. */
  private Path killed() throws IOException {
    Path copy = elsewhere.resolve("killed");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(folder.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!file.endsWith("attune.lock")) {
          Files.copy(file, target);
        }
      }
    }
    return copy;
  }

  @Test
  void reopen_endedJobs_areListedWithResultsLogsAndProgress() throws InterruptedException {
    trainer.followInContext(
        (set, context) -> {
          EVENTS.forEach(context.listener()::on);
          return FakeTrainer.publishing(WEIGHTS);
        });
    TrainingJob published = memory.train(labels());
    published.await();
    GateDecision odd =
        new GateDecision(
            Outcome.NO_HEADROOM, "all \"found\"", Map.of("base", 1.0, "nan", Double.NaN));
    trainer.followInContext((set, context) -> new Result(odd, Optional.empty()));
    TrainingJob rejected = memory.train(labels());
    rejected.await();
    trainer.followInContext(
        (set, context) -> {
          throw new TrainingException(ErrorCode.TRAINING_FAILED, "loss is NaN at step 3");
        });
    TrainingJob failed = memory.train(labels());
    failed.await();
    trainer.followInContext((set, context) -> untilCancelled(context));
    TrainingJob cancelled = memory.train(labels());
    cancelled.cancel();
    cancelled.await();
    List<TrainingJob> before = List.of(published, rejected, failed, cancelled);

    reopenAll();

    List<TrainingJob> after = memory.jobs();
    assertThat(after.stream().map(TrainingJob::id))
        .containsExactlyElementsOf(before.stream().map(TrainingJob::id).toList());
    for (int i = 0; i < 4; i++) {
      assertThat(after.get(i).submitted()).isEqualTo(before.get(i).submitted());
      assertThat(after.get(i).progress()).isEqualTo(before.get(i).progress());
      assertThat(after.get(i).log()).isEqualTo(before.get(i).log()).isNotEmpty();
      assertThat(after.get(i).cancel()).isFalse();
    }
    assertThat(after.get(0).state()).isEqualTo(published.state());
    assertThat(after.get(1).state())
        .isEqualTo(
            new JobState.Completed(
                new GateDecision(Outcome.NO_HEADROOM, "all \"found\"", Map.of("base", 1.0)),
                Optional.empty(),
                new LabelUsage(1, 0, 0, 0)));
    assertThat(after.get(2).state())
        .isEqualTo(new JobState.Failed(ErrorCode.TRAINING_FAILED, "loss is NaN at step 3"));
    assertThat(after.get(3).state()).isEqualTo(new JobState.Cancelled());
    assertThat(after.get(0).log().stream().map(JobLogEntry::text))
        .containsExactly(
            "attempt 1 begins",
            "trains on 1 queries; left out: 0 without a relevant document, 0 without a vector;"
                + " 0 judgments of unknown documents",
            "1 queries, 2 documents, recall@10 without an adapter 25.00%",
            "fold 1/1, epoch 1: loss 3.5000, recall@10 50.00% (+25.00%)",
            "gate: published: better",
            "completed: published v1");
    assertThat(memory.version("v1").origin()).isEqualTo(new AdapterOrigin.Trained(published.id()));
  }

  @Test
  void open_afterTheProcessDied_jobsAreInterruptedAndTheStoreIsWhole()
      throws IOException, InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    trainer.followInContext((set, context) -> untilCancelled(context, running::countDown));
    TrainingJob first = memory.train(labels());
    TrainingJob waiting = memory.train(labels());
    running.await();

    Path copy = killed();

    assertThat(Attune.verify(copy, ByteProgress.none()).damaged()).isEmpty();
    try (Attune survivor = Attune.open(copy, options())) {
      DeepMemory kept = survivor.collection(NAME).deepMemory();
      assertThat(kept.jobs().stream().map(TrainingJob::id))
          .containsExactly(first.id(), waiting.id());
      assertThat(kept.jobs().stream().map(TrainingJob::state))
          .containsOnly(new JobState.Interrupted());
      assertThat(kept.versions()).isEmpty();
      assertThat(kept.job(first.id()).await()).isEqualTo(new JobState.Interrupted());
    }
  }

  @Test
  void resume_nothingChanged_trainsOnTheSameLabelsFromTheCheckpoints()
      throws IOException, InterruptedException {
    CountDownLatch checkpoint = new CountDownLatch(1);
    trainer.followInContext(
        (set, context) -> {
          assertThat(context.checkpoints().read("fold-1")).isEmpty();
          context.checkpoints().write("fold-1", "half way".getBytes(StandardCharsets.UTF_8));
          return untilCancelled(context, checkpoint::countDown);
        });
    TrainingJob job = memory.train(labels().withConfig(TrainingConfig.withSeed(7).withRank(3)));
    checkpoint.await();
    Path copy = killed();
    List<String> found = new CopyOnWriteArrayList<>();
    trainer.followInContext(
        (set, context) -> {
          context
              .checkpoints()
              .read("fold-1")
              .ifPresent(bytes -> found.add(new String(bytes, StandardCharsets.UTF_8)));
          return FakeTrainer.publishing(WEIGHTS);
        });

    try (Attune survivor = Attune.open(copy, options())) {
      DeepMemory kept = survivor.collection(NAME).deepMemory();
      TrainingJob resumed = kept.resume(job.id());

      assertThat(resumed.await()).isInstanceOf(JobState.Completed.class);
      assertThat(resumed.id()).isEqualTo(job.id());
      assertThat(found).containsExactly("half way");
      assertThat(kept.jobs()).containsExactly(resumed);
      assertThat(resumed.log().stream().map(JobLogEntry::text))
          .anyMatch(text -> text.startsWith("takes up 1 checkpoints of the last attempt"));
      assertThat(kept.adapter("v1").binding().seed()).isEqualTo(7);
      Path files = copy.resolve("collections/things/jobs").resolve(job.id());
      assertThat(files.resolve("checkpoints")).doesNotExist();
      assertThat(files.resolve("request.json")).doesNotExist();
    }
    assertThat(trainer.sets().get(1).queries()).isEqualTo(trainer.sets().get(0).queries());
    assertThat(trainer.sets().get(1).queries().getFirst().labels())
        .containsExactly(new Label(0, 1), new Label(1, 0.5));
  }

  @Test
  void resume_corpusChanged_trainsAnewAndSaysSo() throws InterruptedException {
    trainer.followInContext(
        (set, context) -> {
          context.checkpoints().write("fold-1", new byte[] {1});
          throw new TrainingException(ErrorCode.TRAINING_FAILED, "broke");
        });
    TrainingJob job = memory.train(labels());
    job.await();
    collection.upsert(List.of(Document.of("c", Embedding.of(0, 1))));
    List<Boolean> found = new CopyOnWriteArrayList<>();
    trainer.followInContext(
        (set, context) -> {
          found.add(context.checkpoints().read("fold-1").isPresent());
          return FakeTrainer.rejecting();
        });

    TrainingJob resumed = memory.resume(job.id());

    assertThat(resumed.await()).isInstanceOf(JobState.Completed.class);
    assertThat(found).containsExactly(false);
    assertThat(resumed.log().stream().map(JobLogEntry::text))
        .anyMatch(text -> text.startsWith("trains anew: changed since the last attempt: corpus"));
  }

  @Test
  void resume_labelledDocumentDeletedSince_isCountedAsUnknown() throws InterruptedException {
    trainer.followInContext(
        (set, context) -> {
          throw new TrainingException(ErrorCode.TRAINING_FAILED, "broke");
        });
    TrainingJob job = memory.train(labels());
    job.await();
    collection.delete(List.of("b"));
    trainer.followInContext((set, context) -> FakeTrainer.rejecting());

    JobState state = memory.resume(job.id()).await();

    assertThat(((JobState.Completed) state).usage()).isEqualTo(new LabelUsage(1, 0, 0, 1));
    assertThat(trainer.sets().getLast().corpus().size()).isEqualTo(1);
  }

  @Test
  void resume_waitingRunningOrCompletedJob_isRefused() throws InterruptedException {
    TrainingJob completed = memory.train(labels());
    completed.await();
    assertWrongState(() -> memory.resume(completed.id()), "completed");
    trainer.followInContext((set, context) -> untilCancelled(context));
    TrainingJob running = memory.train(labels());

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> memory.resume(running.id()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_STATE));
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> memory.resume("nope"));
  }

  private static void assertWrongState(ThrowingCallable action, String state) {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(action)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_STATE))
        .withMessageContaining(state);
  }

  @Test
  void deleteJob_ended_isGoneForGoodAndItsVersionStays() throws InterruptedException {
    trainer.publish(WEIGHTS);
    TrainingJob job = memory.train(labels());
    job.await();

    memory.deleteJob(job.id());

    assertThat(memory.jobs()).isEmpty();
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> memory.job(job.id()));
    assertThat(memory.activeVersion()).contains("v1");
    reopenAll();
    assertThat(memory.jobs()).isEmpty();
    assertThat(folder.resolve("collections/things/jobs")).isEmptyDirectory();
  }

  @Test
  void deleteJob_running_isRefused() {
    trainer.followInContext((set, context) -> untilCancelled(context));
    TrainingJob job = memory.train(labels());

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> memory.deleteJob(job.id()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_STATE))
        .withMessageContaining("cancel it first");

    assertThat(memory.job(job.id())).isSameAs(job);
  }

  @Test
  void train_moreThanAreKept_forgetsTheOldest() throws InterruptedException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < DeepMemory.MAX_FINISHED_JOBS + 3; i++) {
      TrainingJob job = memory.train(labels());
      job.await();
      ids.add(job.id());
    }

    List<String> kept = ids.subList(3, ids.size());
    assertThat(memory.jobs().stream().map(TrainingJob::id)).containsExactlyElementsOf(kept);
    reopenAll();
    assertThat(memory.jobs().stream().map(TrainingJob::id)).containsExactlyElementsOf(kept);
  }

  @Test
  void train_longerThanItsLimit_failsAndKeepsItsCheckpoints() throws InterruptedException {
    trainer.followInContext(
        (set, context) -> {
          context.checkpoints().write("fold-1", new byte[] {1});
          return untilCancelled(context);
        });

    TrainingJob job =
        memory.train(
            labels().withLimits(TrainingLimits.defaults().withTime(Duration.ofMillis(300))));

    assertThat(job.await())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.TRAINING_TIMEOUT);
              assertThat(failed.message()).contains("PT0.3S");
            });
    List<Boolean> found = new CopyOnWriteArrayList<>();
    trainer.followInContext(
        (set, context) -> {
          found.add(context.checkpoints().read("fold-1").isPresent());
          return FakeTrainer.rejecting();
        });
    memory.resume(job.id(), TrainingLimits.defaults()).await();
    assertThat(found).containsExactly(true);
  }

  @Test
  void train_moreMemoryThanAllowed_isRefusedWithEstimateLimitAndAdvice() {
    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(
            () ->
                memory.train(labels().withLimits(TrainingLimits.defaults().withMemoryBytes(1_000))))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINING_TOO_LARGE))
        .withMessageContaining("2 documents")
        .withMessageContaining("the limit is 0 MiB")
        .withMessageContaining("raise the limit");

    assertThat(memory.jobs()).isEmpty();
    assertThat(folder.resolve("collections/things/jobs")).doesNotExist();
  }

  @Test
  void readOnly_runningJob_isListedAsItGoesOnAndCanBeCancelled() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    trainer.followInContext((set, context) -> untilCancelled(context, running::countDown));
    TrainingJob job = memory.train(labels());
    running.await();

    try (Attune reader = Attune.openReadOnly(folder)) {
      DeepMemory seen = reader.collection(NAME).deepMemory();
      TrainingJob listed = seen.job(job.id());
      assertThat(listed.state()).isEqualTo(new JobState.Training());
      assertThat(listed.await(Duration.ofMillis(50))).isEmpty();

      assertThat(listed.cancel()).isTrue();

      assertThat(listed.await()).isEqualTo(new JobState.Cancelled());
      assertThat(listed.log().getLast().text()).isEqualTo("cancelled");
      assertThat(listed.cancel()).isFalse();
      assertThatExceptionOfType(AttuneException.class)
          .isThrownBy(() -> seen.resume(job.id()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
      assertThatExceptionOfType(AttuneException.class)
          .isThrownBy(() -> seen.deleteJob(job.id()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
    }
    assertThat(job.await()).isEqualTo(new JobState.Cancelled());
  }

  @Test
  void jobs_damagedDescription_isListedAsFailedNamingTheFileAndCanBeDeleted()
      throws IOException, InterruptedException {
    TrainingJob job = memory.train(labels());
    job.await();
    TrainingJob other = memory.train(labels());
    other.await();
    close();
    Path file = folder.resolve("collections/things/jobs").resolve(job.id()).resolve("job.json");
    Files.writeString(file, Files.readString(file).replace("not better", "not bitter"));

    assertThat(Attune.verify(folder, ByteProgress.none()).damaged().stream().map(FileFinding::path))
        .containsExactly("collections/things/jobs/" + job.id() + "/job.json");
    open();
    memory = attune.collection(NAME).deepMemory();
    assertThat(memory.job(job.id()).state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.STORE_CORRUPT);
              assertThat(failed.message()).contains("job.json", "checksum");
            });
    memory.deleteJob(job.id());
    assertThat(memory.jobs().stream().map(TrainingJob::id)).containsExactly(other.id());
  }

  /** Every byte of every file of a job is covered by a checksum. */
  @Test
  void verify_anyFlippedByteOfAJob_isNamed() throws IOException, InterruptedException {
    trainer.followInContext(
        (set, context) -> {
          context.checkpoints().write("fold-1", new byte[] {1, 2, 3});
          throw new TrainingException(ErrorCode.TRAINING_FAILED, "broke");
        });
    TrainingJob job = memory.train(labels());
    job.await();
    close();
    Path files = folder.resolve("collections/things/jobs").resolve(job.id());
    SplittableRandom random = new SplittableRandom(8);
    for (String name :
        List.of("job.json", "request.json", "log-1.jsonl", "checkpoints/fold-1.ckpt")) {
      byte[] content = Files.readAllBytes(files.resolve(name));
      for (int i = 0; i < 12; i++) {
        byte[] changed = content.clone();
        // The last line feed of a log tells whether its last line is whole.
        changed[random.nextInt(content.length - 1)] ^= (byte) (1 << random.nextInt(8));
        Files.write(files.resolve(name), changed);
        assertThat(
                Attune.verify(folder, ByteProgress.none()).damaged().stream()
                    .map(FileFinding::path))
            .containsExactly("collections/things/jobs/" + job.id() + "/" + name);
      }
      Files.write(files.resolve(name), content);
    }
    assertThat(Attune.verify(folder, ByteProgress.none()).damaged()).isEmpty();
    open();
  }

  @RepeatedTest(12)
  void cancel_afterAnyEvent_leavesNoVersion(RepetitionInfo repetition) throws InterruptedException {
    int last = new SplittableRandom(repetition.getCurrentRepetition()).nextInt(EVENTS.size());
    CountDownLatch listening = new CountDownLatch(1);
    trainer.followInContext(
        (set, context) -> {
          awaitQuietly(listening);
          EVENTS.forEach(context.listener()::on);
          return FakeTrainer.publishing(WEIGHTS);
        });
    TrainingJob job = memory.train(labels());
    AtomicInteger seen = new AtomicInteger();
    job.listen(
        event -> {
          if (seen.getAndIncrement() == last) {
            job.cancel();
          }
        });
    listening.countDown();

    assertThat(job.await()).isEqualTo(new JobState.Cancelled());
    assertThat(seen).hasValue(last + 1);
    reopenAll();
    assertThat(memory.versions()).isEmpty();
    assertThat(memory.jobs().getFirst().state()).isEqualTo(new JobState.Cancelled());
    assertThat(Attune.verify(folder, ByteProgress.none()).damaged()).isEmpty();
  }

  /** The other thread holds the store while it waits for a listener that waits for the store. */
  @Test
  void close_whileAListenerUsesTheStore_returns() throws InterruptedException {
    AtomicReference<Thread> closer = new AtomicReference<>();
    AtomicReference<RuntimeException> refusal = new AtomicReference<>();
    assertNothingPublished(
        () -> {
          closer.set(Thread.ofPlatform().daemon().start(attune::close));
          // Nothing tells that the other thread waits, other than that it goes on doing so.
          sleep(200);
          try {
            attune.dropCollection(NAME);
          } catch (IllegalStateException e) {
            refusal.set(e);
          }
        });
    closer.get().join();
    assertThat(refusal.get()).hasMessageContaining("is closed");
    open();
    assertThat(attune.collection(NAME).deepMemory().versions()).isEmpty();
  }

  private void assertNothingPublished(Runnable action) throws InterruptedException {
    CountDownLatch listening = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    trainer.followInContext(
        (set, context) -> {
          awaitQuietly(listening);
          try {
            context.listener().on(EVENTS.getFirst());
          } catch (CancellationException e) {
            // A trainer that goes on all the same.
          }
          return FakeTrainer.publishing(WEIGHTS);
        });
    TrainingJob job = memory.train(labels());
    job.listen(
        event -> {
          try {
            action.run();
          } catch (RuntimeException | Error e) {
            failure.set(e);
          }
          done.countDown();
        });
    listening.countDown();
    done.await();

    assertThat(failure.get()).isNull();
    assertThat(job.await()).isEqualTo(new JobState.Cancelled());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void await_endedJob_holdsNoLabelsAndNoListeners() throws InterruptedException {
    TrainingRequest request = labels();
    WeakReference<TrainingRequest> reference = new WeakReference<>(request);
    TrainingJob job = memory.train(request);
    job.await();
    request = null;
    for (int i = 0; reference.get() != null && i < 200; i++) {
      System.gc();
      Thread.sleep(10);
    }

    assertThat(reference.get()).isNull();
    assertThat(job.listen(event -> {})).isSameAs(job);
  }

  @Test
  void inMemory_jobs_areKeptAndResumedAlike() throws InterruptedException {
    try (Attune heap = Attune.inMemory(options())) {
      VectorCollection things =
          heap.createCollection(NAME, CollectionSpec.vectors(2, Similarity.COSINE));
      things.upsert(List.of(Document.of("a", Embedding.of(2, 0))));
      trainer.followInContext(
          (set, context) -> {
            context.checkpoints().write("fold-1", new byte[] {1});
            throw new TrainingException(ErrorCode.TRAINING_FAILED, "broke");
          });
      TrainingJob job = things.deepMemory().train(labels());
      job.await();
      trainer.followInContext(
          (set, context) ->
              context.checkpoints().read("fold-1").isPresent()
                  ? FakeTrainer.publishing(WEIGHTS)
                  : FakeTrainer.rejecting());

      things.deepMemory().resume(job.id()).await();

      assertThat(things.deepMemory().activeVersion()).contains("v1");
      assertThat(things.deepMemory().jobs()).hasSize(1);
    }
  }

  @Test
  void train_contradictingAndRepeatedLabels_keepTheHighestGradeAndEveryQuery()
      throws InterruptedException {
    LabelledQueries contradicting =
        LabelledQueries.ofVectors(
            List.of(Embedding.of(1, 2), Embedding.of(1, 2)),
            List.of(
                List.of(new RelevantDocument("a", 0), new RelevantDocument("a", 1)),
                List.of(new RelevantDocument("a", 0))));

    JobState state = memory.train(TrainingRequest.of(contradicting)).await();

    assertThat(((JobState.Completed) state).usage()).isEqualTo(new LabelUsage(1, 1, 0, 0));
    TrainingSet set = trainer.sets().getFirst();
    assertThat(set.queries().getFirst().labels()).containsExactly(new Label(0, 1));
  }
}
