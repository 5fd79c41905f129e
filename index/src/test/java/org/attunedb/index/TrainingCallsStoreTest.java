package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.training.TrainingEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A training's listener that uses the store which runs the training: never a deadlock. */
@Timeout(60)
class TrainingCallsStoreTest extends StoreTest {
  private static final String NAME = "things";
  private static final CollectionSpec SPEC =
      new CollectionSpec("model", 2, Similarity.COSINE, 16, 100);

  private final FakeTrainer trainer = new FakeTrainer();
  private final CountDownLatch listening = new CountDownLatch(1);
  private VectorCollection collection;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  @BeforeEach
  void fill() {
    collection = attune.createCollection(NAME, SPEC);
    collection.upsert(List.of(Document.of("a", Embedding.of(1, 2))));
  }

  /** A training that tells its listeners one thing, once they are there. */
  private TrainingJob train() {
    trainer.follow(
        (set, listener, cancellation) -> {
          await(listening);
          listener.on(new TrainingEvent.Started(1, 3, 0.5));
          cancellation.throwIfCancelled();
          return FakeTrainer.rejecting();
        });
    return collection
        .deepMemory()
        .train(
            TrainingRequest.of(
                LabelledQueries.ofVectors(
                    List.of(Embedding.of(1, 2)), List.of(List.of(RelevantDocument.of("a"))))));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("close", Attune::close),
        change("drop", attune -> attune.dropCollection(NAME)),
        change("rename", attune -> attune.renameCollection(NAME, "other")),
        change("open with embedder", attune -> attune.collection(NAME, new Model())));
  }

  private static Arguments change(String name, Consumer<Attune> change) {
    return Arguments.argumentSet(name, change);
  }

  /** The embedder that the collection is made for. */
  private static final class Model implements Embedder {
    @Override
    public EmbedderInfo info() {
      return new EmbedderInfo("model", 2);
    }

    @Override
    public List<Embedding> embedDocuments(List<String> texts) {
      return texts.stream().map(text -> Embedding.of(1, text.length())).toList();
    }

    @Override
    public List<Embedding> embedQueries(List<String> texts) {
      return embedDocuments(texts);
    }
  }

  @ParameterizedTest
  @MethodSource("changes")
  void change_fromAListener_isRefusedAndTheStoreServes(Consumer<Attune> change)
      throws InterruptedException {
    TrainingJob job = train();
    job.listen(event -> change.accept(attune));
    listening.countDown();

    assertThat(job.await())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.TRAINING_ACTIVE);
              assertThat(failed.message()).contains("listener");
            });

    assertThat(attune.collections()).containsExactly(NAME);
    collection.upsert(List.of(Document.of("b", Embedding.of(1, 3))));
    change.accept(attune);
  }

  @Test
  void drop_anotherCollectionThatIsNotOpen_fromAListener_isDone() throws InterruptedException {
    attune.createCollection("other", SPEC);
    reopen();
    collection = attune.collection(NAME);
    TrainingJob job = train();
    job.listen(event -> attune.dropCollection("other"));
    listening.countDown();

    assertThat(job.await()).isInstanceOf(JobState.Completed.class);
    assertThat(attune.collections()).containsExactly(NAME);
  }

  /** The change waits for the training, whose listener must not have to wait for the change. */
  @ParameterizedTest
  @MethodSource("changes")
  void change_whileAListenerAsksTheStore_waitsForTheTraining(Consumer<Attune> change)
      throws InterruptedException {
    TrainingJob job = train();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch changing = new CountDownLatch(1);
    job.listen(
        event -> {
          reached.countDown();
          await(changing);
          attune.collections();
        });
    listening.countDown();
    reached.await();
    Thread other = Thread.ofPlatform().daemon().start(() -> change.accept(attune));
    while (other.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
    changing.countDown();

    other.join();

    assertThat(job.state().isFinal()).isTrue();
  }

  /** The name is taken while the renaming waits for the training. */
  @Test
  void rename_refusedAfterTheTrainingWasStopped_leavesACollectionThatTrains()
      throws InterruptedException {
    TrainingJob job = train();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch changing = new CountDownLatch(1);
    job.listen(
        event -> {
          reached.countDown();
          await(changing);
          attune.createCollection("other", SPEC);
        });
    listening.countDown();
    reached.await();
    AtomicReference<RuntimeException> refusal = new AtomicReference<>();
    Thread renaming =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    attune.renameCollection(NAME, "other");
                  } catch (ConflictException e) {
                    refusal.set(e);
                  }
                });
    while (renaming.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
    changing.countDown();
    renaming.join();

    assertThat(refusal.get()).hasMessageContaining("'other'");
    assertThat(job.state().isFinal()).isTrue();
    assertThat(train().await()).isInstanceOf(JobState.Completed.class);
  }
}
