package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.adapter.QueryMemory.Relevant;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.core.training.Incumbent;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of labels, and the life of training jobs. */
@Timeout(60)
class DeepMemoryTest extends StoreTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final AdapterWeights WEIGHTS =
      new AdapterWeights(new float[] {1, 0}, new float[] {0, 1}, new float[2], 1);

  private final FakeTrainer trainer = new FakeTrainer();
  private Optional<AdapterTrainer> available = Optional.of(trainer);
  private VectorCollection collection;
  private DeepMemory memory;

  @Override
  AttuneOptions options() {
    return new AttuneOptions(
        OpenMode.OPEN_OR_CREATE,
        Durability.sync(),
        AttuneOptions.DEFAULT_VERIFY_BYTES,
        Clock.fixed(NOW, ZoneOffset.UTC),
        new Random(1),
        () -> available);
  }

  @BeforeEach
  void fill() {
    collection = attune.createCollection("things", CollectionSpec.vectors(2, Similarity.COSINE));
    // Two segments and a deletion, so that rows are not document numbers.
    collection.upsert(
        List.of(
            Document.of("c", Embedding.of(0, 5)),
            Document.of("gone", Embedding.of(1, 1)),
            Document.of("text", "a text without a vector")));
    collection.upsert(
        List.of(Document.of("b", Embedding.of(3, 4)), Document.of("a", Embedding.of(2, 0))));
    collection.delete(List.of("gone"));
    memory = collection.deepMemory();
  }

  private static RelevantDocument judged(String id, double grade) {
    return new RelevantDocument(id, grade);
  }

  private static TrainingRequest request(
      List<Embedding> queries, List<List<RelevantDocument>> relevance) {
    return TrainingRequest.of(LabelledQueries.ofVectors(queries, relevance));
  }

  private static TrainingRequest oneLabel() {
    return request(List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of("a"))));
  }

  @Test
  void train_labels_becomeRowsInTheOrderOfIds() throws InterruptedException {
    TrainingRequest request =
        request(
            List.of(
                Embedding.of(0, 7),
                Embedding.of(1, 0),
                Embedding.of(0, 0),
                Embedding.of(1, 1),
                Embedding.of(6, 8),
                Embedding.of(1, 1)),
            List.of(
                List.of(judged("a", 2), judged("c", 0), judged("unknown", 1), judged("a", 1)),
                List.of(judged("unknown", 1), judged("text", 1)),
                List.of(judged("b", 1)),
                List.of(judged("b", 0)),
                List.of(judged("c", 0.5), judged("gone", 3)),
                List.of()));
    float[][] rows = new float[3][2];
    trainer.follow(
        (set, listener, cancellation) -> {
          CorpusVectors corpus = set.corpus();
          assertThat(corpus.size()).isEqualTo(3);
          assertThat(corpus.dimension()).isEqualTo(2);
          for (int row = 0; row < 3; row++) {
            corpus.copyRow(row, rows[row], 0);
          }
          return FakeTrainer.rejecting();
        });

    JobState state = memory.train(request).await();

    assertThat(state)
        .isEqualTo(
            new JobState.Completed(
                FakeTrainer.rejecting().decision(), Optional.empty(), new LabelUsage(2, 3, 1, 4)));
    assertThat(rows).isDeepEqualTo(new float[][] {{1, 0}, {0.6f, 0.8f}, {0, 1}});
    assertThat(trainer.sets().getFirst().queries())
        .containsExactly(
            new LabelledQuery(Embedding.of(0, 1), List.of(new Label(0, 2), new Label(2, 0))),
            new LabelledQuery(Embedding.of(0.6f, 0.8f), List.of(new Label(2, 0.5))));
  }

  @Test
  void train_strictWithUnknownDocument_failsNamingQueryAndDocument() throws InterruptedException {
    TrainingRequest request =
        request(
            List.of(Embedding.of(1, 0), Embedding.of(0, 1)),
            List.of(
                List.of(RelevantDocument.of("a")),
                List.of(RelevantDocument.of("b"), RelevantDocument.of("nowhere"))));

    JobState state = memory.train(request.asStrict()).await();

    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.LABELS_UNKNOWN_DOCUMENT);
              assertThat(failed.message()).contains("query 1", "'nowhere'");
            });
    assertThat(trainer.sets()).isEmpty();
  }

  @Test
  void train_queryOfAnotherDimension_fails() throws InterruptedException {
    JobState state =
        memory
            .train(
                request(
                    List.of(Embedding.of(1, 0), Embedding.of(1, 0, 0)),
                    List.of(List.of(RelevantDocument.of("a")), List.of(RelevantDocument.of("b")))))
            .await();

    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.DIMENSION_MISMATCH);
              assertThat(failed.message()).contains("query 1", "3", "2");
            });
  }

  @Test
  void train_textsWithoutAnEmbedder_fails() throws InterruptedException {
    JobState state =
        memory.train(List.of("a text"), List.of(List.of(RelevantDocument.of("a")))).await();

    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.EMBEDDER_MISSING));
  }

  @Test
  void train_noLabels_isRefusedWithoutAJob() {
    assertRefused(ErrorCode.TOO_FEW_LABELS, () -> memory.train(List.of(), List.of()))
        .withMessageContaining("0")
        .withMessageContaining("at least 1");
    assertThat(memory.jobs()).isEmpty();
  }

  @Test
  void train_unequalLists_areRefusedWithBothSizes() {
    assertRefused(ErrorCode.LABELS_INVALID, () -> memory.train(List.of("q"), List.of()))
        .withMessageContaining("1 queries")
        .withMessageContaining("0 lists");
  }

  @Test
  void train_noTrainer_isRefusedNamingTheModule() {
    available = Optional.empty();

    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> memory.train(oneLabel()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINER_MISSING))
        .withMessageContaining("attune-adapter-training");
    assertThat(memory.jobs()).isEmpty();
  }

  @Test
  void job_events_reachListenersInOrderAndMoveTheProgress() throws InterruptedException {
    Semaphore steps = new Semaphore(0);
    Semaphore seen = new Semaphore(0);
    GateDecision decision =
        new GateDecision(
            Outcome.PUBLISHED, "better", Map.of("recall@10", 0.9, "delta_recall@10", 0.4));
    List<TrainingEvent> events =
        List.of(
            new TrainingEvent.Started(1, 3, 0.5),
            new TrainingEvent.Stepped("fold 1/2", 1, 3, 10, 0.25, Duration.ofSeconds(7)),
            new TrainingEvent.EpochFinished("fold 1/2", 1, 0.2, 0.75, 0.25, Duration.ofSeconds(5)),
            new TrainingEvent.Decided(decision));
    trainer.follow(
        (set, listener, cancellation) -> {
          for (TrainingEvent event : events) {
            steps.acquireUninterruptibly();
            listener.on(event);
            seen.release();
          }
          steps.acquireUninterruptibly();
          return new AdapterTrainer.Result(decision, Optional.of(WEIGHTS));
        });
    TrainingJob job = memory.train(oneLabel());
    List<TrainingEvent> received = new CopyOnWriteArrayList<>();
    job.listen(received::add);
    assertThat(job.progress()).isEqualTo(TrainingProgress.none());

    steps.release();
    seen.acquire();
    assertThat(job.state()).isEqualTo(new JobState.Training());
    assertThat(job.progress()).isEqualTo(TrainingProgress.none());
    steps.release();
    seen.acquire();
    OptionalDouble loss = OptionalDouble.of(0.25);
    assertThat(job.progress())
        .isEqualTo(
            new TrainingProgress(
                "fold 1/2",
                1,
                3,
                10,
                loss,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Duration.ofSeconds(7)));
    steps.release();
    seen.acquire();
    assertThat(job.progress())
        .isEqualTo(
            new TrainingProgress(
                "fold 1/2",
                1,
                3,
                10,
                loss,
                OptionalDouble.of(0.75),
                OptionalDouble.of(0.25),
                Duration.ofSeconds(5)));
    steps.release();
    seen.acquire();
    assertThat(job.progress())
        .isEqualTo(
            new TrainingProgress(
                "fold 1/2",
                1,
                10,
                10,
                loss,
                OptionalDouble.of(0.9),
                OptionalDouble.of(0.4),
                Duration.ZERO));
    assertThat(job.await(Duration.ofMillis(10))).isEmpty();
    steps.release();

    assertThat(job.await())
        .isEqualTo(new JobState.Completed(decision, Optional.of("v1"), new LabelUsage(1, 0, 0, 0)));
    assertThat(job.await(Duration.ZERO)).contains(job.state());
    assertThat(job.state().isFinal()).isTrue();
    assertThat(received).isEqualTo(events);
  }

  @Test
  void jobs_several_areListedInOrderWithTimeAndDistinctIds() throws InterruptedException {
    TrainingJob first = memory.train(oneLabel());
    TrainingJob second = memory.train(oneLabel());
    first.await();
    second.await();

    assertThat(memory.jobs()).containsExactly(first, second);
    assertThat(memory.job(second.id())).isSameAs(second);
    assertThat(first.id()).matches("[0-9a-f]{24}").isNotEqualTo(second.id());
    assertThat(first.submitted()).isEqualTo(NOW);
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> memory.job("nope"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_NOT_FOUND))
        .withMessageContaining("nope");
  }

  @Test
  void cancel_pending_neverStartsIt() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    trainer.follow(
        (set, listener, cancellation) -> {
          awaitQuietly(release);
          return FakeTrainer.rejecting();
        });
    TrainingJob running = memory.train(oneLabel());
    TrainingJob pending = memory.train(oneLabel());
    assertThat(pending.state()).isEqualTo(new JobState.Pending());

    assertThat(pending.cancel()).isTrue();

    assertThat(pending.await()).isEqualTo(new JobState.Cancelled());
    assertThat(pending.cancel()).isFalse();
    release.countDown();
    assertThat(running.await()).isInstanceOf(JobState.Completed.class);
    assertThat(running.cancel()).isFalse();
    memory.train(oneLabel()).await();
    assertThat(trainer.sets()).hasSize(2);
  }

  @Test
  void cancel_running_endsItAndKeepsNothing() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    trainer.follow(
        (set, listener, cancellation) -> {
          started.countDown();
          while (true) {
            cancellation.throwIfCancelled();
            Thread.onSpinWait();
          }
        });
    TrainingJob job = memory.train(oneLabel());
    started.await();

    assertThat(job.cancel()).isTrue();

    assertThat(job.await()).isEqualTo(new JobState.Cancelled());
    assertThat(memory.versions().stream().map(AdapterVersion::name)).isEmpty();
  }

  @Test
  void cancel_trainerThatFinishesAllTheSame_publishesNothing() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    trainer.follow(
        (set, listener, cancellation) -> {
          started.countDown();
          while (!cancellation.isCancelled()) {
            Thread.onSpinWait();
          }
          return FakeTrainer.publishing(WEIGHTS);
        });
    TrainingJob job = memory.train(oneLabel());
    started.await();

    job.cancel();

    assertThat(job.await()).isEqualTo(new JobState.Cancelled());
    assertThat(memory.versions().stream().map(AdapterVersion::name)).isEmpty();
    assertThat(memory.activeVersion()).isEmpty();
  }

  @Test
  void train_trainerFails_saysWhyAndLeavesTheActiveAdapter() throws InterruptedException {
    trainer.publish(WEIGHTS);
    memory.train(oneLabel()).await();
    List<RuntimeException> failures =
        List.of(
            new TrainingException(ErrorCode.TRAINING_FAILED, "weights became NaN"),
            new IllegalStateException("engine broke"));
    for (RuntimeException failure : failures) {
      trainer.follow(
          (set, listener, cancellation) -> {
            throw failure;
          });

      JobState state = memory.train(oneLabel()).await();

      assertThat(state)
          .isInstanceOfSatisfying(
              JobState.Failed.class,
              failed -> {
                assertThat(failed.code()).isEqualTo(ErrorCode.TRAINING_FAILED);
                assertThat(failed.message()).contains(failure.getMessage());
              });
    }
    trainer.follow(
        (set, listener, cancellation) -> {
          throw new OutOfMemoryError("of the engine");
        });
    assertThat(memory.train(oneLabel()).await()).isInstanceOf(JobState.Failed.class);

    assertThat(memory.versions().stream().map(AdapterVersion::name)).containsExactly("v1");
    assertThat(memory.activeVersion()).contains("v1");
    trainer.publish(WEIGHTS);
    assertThat(memory.train(oneLabel()).await()).isInstanceOf(JobState.Completed.class);
  }

  @Test
  void train_listenerFails_failsTheJob() throws InterruptedException {
    CountDownLatch listening = new CountDownLatch(1);
    trainer.follow(
        (set, listener, cancellation) -> {
          awaitQuietly(listening);
          listener.on(new TrainingEvent.Started(1, 3, 0.5));
          return FakeTrainer.publishing(WEIGHTS);
        });
    TrainingJob job = memory.train(oneLabel());
    job.listen(
        event -> {
          throw new IllegalStateException("listener broke");
        });
    listening.countDown();

    assertThat(job.await()).isInstanceOf(JobState.Failed.class);
    assertThat(memory.versions().stream().map(AdapterVersion::name)).isEmpty();
  }

  @Test
  void train_writesMeanwhile_seesTheSnapshotFromItsStart() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    int[] sizes = new int[2];
    trainer.follow(
        (set, listener, cancellation) -> {
          sizes[0] = set.corpus().size();
          started.countDown();
          awaitQuietly(written);
          set.corpus().copyRow(2, new float[2], 0);
          sizes[1] = set.corpus().size();
          return FakeTrainer.rejecting();
        });
    TrainingJob job = memory.train(oneLabel());
    started.await();
    collection.upsert(List.of(Document.of("new", Embedding.of(1, 1))));
    collection.delete(List.of("c"));
    written.countDown();

    assertThat(job.await()).isInstanceOf(JobState.Completed.class);
    assertThat(sizes).containsExactly(3, 3);
  }

  @Test
  void close_runningAndWaitingJobs_areCancelledBeforeItReturns() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    trainer.follow(
        (set, listener, cancellation) -> {
          started.countDown();
          while (true) {
            cancellation.throwIfCancelled();
            Thread.onSpinWait();
          }
        });
    VectorCollection other =
        attune.createCollection("other", CollectionSpec.vectors(2, Similarity.COSINE));
    other.upsert(List.of(Document.of("a", Embedding.of(1, 1))));
    TrainingJob running = memory.train(oneLabel());
    TrainingJob waiting = memory.train(oneLabel());
    TrainingJob elsewhere = other.deepMemory().train(oneLabel());
    started.await();

    attune.close();

    for (TrainingJob job : List.of(running, waiting, elsewhere)) {
      assertThat(job.state()).isEqualTo(new JobState.Cancelled());
    }
    assertThat(trainer.sets()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void drop_collectionInTraining_stopsTheJob() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    trainer.follow(
        (set, listener, cancellation) -> {
          started.countDown();
          while (true) {
            cancellation.throwIfCancelled();
            Thread.onSpinWait();
          }
        });
    TrainingJob job = memory.train(oneLabel());
    started.await();

    attune.dropCollection("things");

    assertThat(job.state()).isEqualTo(new JobState.Cancelled());
    assertThat(attune.collections()).isEmpty();
  }

  @Test
  void anyChange_afterClose_isRefusedAndWritesNothing() throws InterruptedException {
    trainer.publish(WEIGHTS);
    memory.train(oneLabel()).await();
    attune.close();

    assertThatIllegalStateException().isThrownBy(() -> memory.train(oneLabel()));
    assertThatIllegalStateException().isThrownBy(memory::deactivate);
    assertThatIllegalStateException().isThrownBy(() -> memory.activate("v1"));
    assertThatIllegalStateException().isThrownBy(() -> memory.delete("v1"));
    assertThatIllegalStateException()
        .isThrownBy(() -> memory.evaluate(EvaluationRequest.of(oneLabel().labels())));
    assertThat(memory.jobs()).hasSize(1);
    open();
    assertThat(attune.collection("things").deepMemory().activeVersion()).contains("v1");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Weights that do nothing but remember a query about two documents, one of them gone. */
  private static AdapterWeights remembering(Embedding query) {
    ModeProfile vector = new ModeProfile(true, Blend.constant(0), Blend.constant(0.5f), 0.5f);
    ModeProfile hybrid = new ModeProfile(false, Blend.constant(0), Blend.constant(0.5f), 0);
    return new AdapterWeights(
        new float[2],
        new float[2],
        new float[2],
        Map.of(SearchMode.VECTOR, vector, SearchMode.HYBRID, hybrid),
        QueryMemory.of(
            List.of(query),
            List.of(List.of(new Relevant("c", 1), new Relevant("gone", 0.5f))),
            new Logistic(0, 0),
            new Logistic(10, 0)));
  }

  @Test
  void train_besideAnActiveVersion_carriesWhatItRemembers() throws InterruptedException {
    trainer.publish(remembering(Embedding.of(0, 1)));
    memory.train(oneLabel()).await();
    trainer.followInContext((set, context) -> FakeTrainer.rejecting());

    memory.train(oneLabel()).await();
    memory.train(oneLabel().fromScratch()).await();
    memory
        .train(request(List.of(Embedding.of(0.001f, 3)), List.of(List.of(judged("a", 1)))))
        .await();
    memory.deactivate();
    memory.train(oneLabel()).await();

    LabelledQuery remembered = new LabelledQuery(Embedding.of(0, 1), List.of(new Label(2, 1)));
    assertThat(trainer.sets().stream().map(TrainingSet::carried))
        .containsExactly(List.of(), List.of(remembered), List.of(), List.of(), List.of());
  }

  @Test
  void train_besideAnActiveVersion_comparesWithItsSearches() throws InterruptedException {
    trainer.publish(remembering(Embedding.of(0, 1)));
    JobState.Completed first = (JobState.Completed) memory.train(oneLabel()).await();
    List<Incumbent.Answer> answers = new ArrayList<>();
    trainer.followInContext(
        (set, context) -> {
          Incumbent incumbent = context.incumbent().orElseThrow();
          assertThat(incumbent.version()).isEqualTo(first.version().orElseThrow());
          assertThat(incumbent.isUsedBy(SearchMode.VECTOR)).isTrue();
          assertThat(incumbent.isUsedBy(SearchMode.HYBRID)).isFalse();
          assertThat(incumbent.remembers(about("b", Embedding.of(0.1f, 5)))).isTrue();
          assertThat(incumbent.remembers(about("b", Embedding.of(0.4f, 1)))).isFalse();
          // Its vector has moved, and it is about the same document.
          assertThat(incumbent.remembers(about("c", Embedding.of(0.4f, 1)))).isTrue();
          assertThat(incumbent.remembersAll()).isTrue();
          assertThat(incumbent.heldOutOfTheSame()).contains(Map.of("recall@10", 0.5));
          answers.add(incumbent.apply(Embedding.of(0, 1), SearchMode.VECTOR));
          return FakeTrainer.rejecting();
        });

    // With the same labels as before, and no others.
    assertThat(memory.train(oneLabel().fromScratch()).await())
        .isInstanceOf(JobState.Completed.class);

    // Row 2 is document c; "gone" has no row.
    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst().bonuses()).hasSize(1);
    assertThat(answers.getFirst().bonuses().getFirst().row()).isEqualTo(2);
    assertThat(answers.getFirst().bonuses().getFirst().gain()).isCloseTo(0.5f, within(0.001f));
    SearchResponse with =
        collection.search(
            SearchRequest.vector(Embedding.of(0, 1)).adapter(AdapterChoice.active()).k(1).build());
    assertThat(with.hits().getFirst().id()).isEqualTo("c");
  }

  private static LabelledQuery about(String id, Embedding query) {
    return new LabelledQuery(query, List.of(new Label(id.charAt(0) - 'a', 1)));
  }

  @Test
  void train_queryWhoseVectorHasMoved_isNotCarriedBesideItself() throws InterruptedException {
    trainer.publish(remembering(Embedding.of(0, 1)));
    memory.train(oneLabel()).await();
    trainer.followInContext((set, context) -> FakeTrainer.rejecting());
    Embedding moved = Embedding.of(0.4f, 1);

    memory.train(request(List.of(moved), List.of(List.of(judged("c", 1))))).await();
    memory.train(request(List.of(moved), List.of(List.of(judged("a", 1))))).await();

    assertThat(trainer.sets().get(1).carried()).isEmpty();
    assertThat(trainer.sets().get(2).carried()).hasSize(1);
  }

  @Test
  void train_documentReplacedSinceItWasLearned_isNotCarried() throws InterruptedException {
    trainer.publish(remembering(Embedding.of(0, 1)));
    memory.train(request(List.of(Embedding.of(0, 1)), List.of(List.of(judged("c", 1))))).await();
    trainer.followInContext((set, context) -> FakeTrainer.rejecting());
    memory.train(oneLabel()).await();
    collection.upsert(List.of(Document.of("c", Embedding.of(1, 5))));
    memory.train(oneLabel()).await();

    assertThat(trainer.sets().get(1).carried()).hasSize(1);
    assertThat(trainer.sets().get(2).carried()).isEmpty();
  }

  @Test
  void train_versionActivatedMeanwhile_staysActive() throws InterruptedException {
    trainer.publish(remembering(Embedding.of(0, 1)));
    memory.train(oneLabel()).await();
    memory.train(oneLabel()).await();
    trainer.followInContext(
        (set, context) -> {
          memory.activate("v1");
          return FakeTrainer.publishing(remembering(Embedding.of(1, 0)));
        });

    TrainingJob job = memory.train(oneLabel());
    JobState.Completed state = (JobState.Completed) job.await();

    assertThat(state.version()).contains("v3");
    assertThat(memory.activeVersion()).contains("v1");
    assertThat(job.log().stream().map(JobLogEntry::text))
        .anyMatch(text -> text.contains("v3 is not activated: it was compared with v2"));
  }

  @Test
  void train_withoutAnActiveVersion_hasNoIncumbent() throws InterruptedException {
    List<Boolean> present = new ArrayList<>();
    trainer.followInContext(
        (set, context) -> {
          present.add(context.incumbent().isPresent());
          return FakeTrainer.rejecting();
        });

    memory.train(oneLabel()).await();

    assertThat(present).containsExactly(false);
  }
}
