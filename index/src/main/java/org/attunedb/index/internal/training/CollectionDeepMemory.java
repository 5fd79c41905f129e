package org.attunedb.index.internal.training;

import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterBinding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.Views;
import org.jspecify.annotations.Nullable;

/** Deep memory of one collection: jobs over its views, versions in its registry. */
public final class CollectionDeepMemory implements DeepMemory {
  private static final int ID_BYTES = 12;

  private final Views views;
  private final AdapterRegistry registry;
  private final TrainingQueue queue;
  private final Clock clock;
  private final RandomGenerator ids;
  private final List<BackgroundJob> jobs = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /** Deep memory over a collection's views. */
  public CollectionDeepMemory(
      Views views,
      AdapterRegistry registry,
      TrainingQueue queue,
      Clock clock,
      RandomGenerator ids) {
    this.views = views;
    this.registry = registry;
    this.queue = queue;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public TrainingJob train(TrainingRequest request) {
    // Not only at its end, when a version is published.
    registry.requireWritable();
    if (request.labels().size() == 0) {
      throw new InvalidInputException(
          ErrorCode.TOO_FEW_LABELS, "got 0 labelled queries, expected at least 1");
    }
    requireCosine();
    AdapterTrainer trainer = queue.trainer();
    BackgroundJob job =
        new BackgroundJob(
            newId(),
            clock.instant(),
            (listener, cancellation) -> run(trainer, request, listener, cancellation));
    start(job);
    return job;
  }

  private synchronized void start(BackgroundJob job) {
    requireOpen();
    queue.submit(job);
    jobs.add(job);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the collection of this deep memory is closed");
    }
  }

  /** The adapter's formula and the trainer's ranks are those of unit vectors. */
  private void requireCosine() {
    Similarity similarity = views.read(view -> view.spec().similarity());
    if (similarity != Similarity.COSINE) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "adapters are trained for collections that compare by COSINE, this one compares by "
              + similarity);
    }
  }

  private JobState run(
      AdapterTrainer trainer,
      TrainingRequest request,
      TrainingListener listener,
      CancellationToken cancellation) {
    return views.read(
        view -> {
          LabelResolver.Resolved resolved =
              new LabelResolver(view, request.strict()).resolve(request.labels());
          AdapterTrainer.Result result =
              trainer.train(resolved.set(), request.config(), listener, cancellation);
          cancellation.throwIfCancelled();
          Optional<String> version =
              result
                  .weights()
                  .map(
                      weights ->
                          registry.publish(
                              new Adapter(
                                  binding(view, resolved.set(), trainer, request, result), weights),
                              resolved.documents()));
          return new JobState.Completed(result.decision(), version, resolved.usage());
        });
  }

  private static AdapterBinding binding(
      CollectionView view,
      TrainingSet set,
      AdapterTrainer trainer,
      TrainingRequest request,
      AdapterTrainer.Result result) {
    return new AdapterBinding(
        view.spec().embedder(),
        view.spec().dimension(),
        Fingerprints.corpus(set.corpus()),
        Fingerprints.labels(set),
        trainer.name(),
        request.config().seed(),
        result.decision().metrics());
  }

  @Override
  public RecallReport evaluate(EvaluationRequest request) {
    AppliedAdapter adapter = resolve(request.adapter());
    Set<String> given = request.trainingDocuments();
    Set<String> trained =
        given != null
            ? given
            : adapter == null ? Set.of() : registry.trainingDocuments(adapter.version());
    return views.read(view -> new Evaluator(view, request, trained, adapter).compare());
  }

  private @Nullable AppliedAdapter resolve(AdapterChoice choice) {
    return switch (choice) {
      case AdapterChoice.None none -> null;
      case AdapterChoice.Active active -> registry.active();
      case AdapterChoice.Version version -> registry.applied(version.id());
    };
  }

  /** Cancels every job; they end after their current step. */
  public void cancelAll() {
    jobs.forEach(BackgroundJob::cancel);
  }

  /** Cancels every job and waits until none runs any more; changes nothing from then on. */
  public void stop() {
    synchronized (this) {
      closed = true;
    }
    cancelAll();
    boolean interrupted = false;
    for (BackgroundJob job : jobs) {
      interrupted |= awaitToTheEnd(job);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A job that went on could publish into files that are no longer ours. */
  private static boolean awaitToTheEnd(BackgroundJob job) {
    boolean interrupted = false;
    while (true) {
      try {
        job.await();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  @Override
  public List<TrainingJob> jobs() {
    return List.copyOf(jobs);
  }

  @Override
  public TrainingJob job(String id) {
    return jobs.stream()
        .filter(job -> job.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> new NotFoundException(ErrorCode.JOB_NOT_FOUND, "no training job '" + id + "'"));
  }

  @Override
  public List<String> versions() {
    return registry.versions();
  }

  @Override
  public Adapter version(String version) {
    return registry.read(version);
  }

  @Override
  public Optional<String> activeVersion() {
    return registry.activeVersion();
  }

  @Override
  public void activate(String version) {
    requireOpen();
    registry.activate(version);
  }

  @Override
  public void deactivate() {
    requireOpen();
    registry.deactivate();
  }

  @Override
  public void delete(String version) {
    requireOpen();
    registry.delete(version);
  }

  private String newId() {
    byte[] id = new byte[ID_BYTES];
    ids.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }
}
