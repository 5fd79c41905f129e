package org.attunedb.index.internal.training;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.index.AdapterImport;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.Feedback;
import org.attunedb.index.FeedbackLog;
import org.attunedb.index.Staleness;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingLimits;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.adapter.AdapterExporter;
import org.attunedb.index.internal.adapter.AdapterImporter;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.adapter.TrainedOn;
import org.attunedb.index.internal.jobs.JobStore;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.Views;

/** Deep memory of one collection: jobs over its views, versions in its registry. */
public final class CollectionDeepMemory implements DeepMemory {
  private final Views views;
  private final AdapterRegistry registry;
  private final TrainingQueue queue;
  private final Clock clock;
  private final FeedbackLog feedback;
  private final CollectionJobs jobs;
  private final Trainings trainings;

  /** Deep memory over a collection's views. */
  public CollectionDeepMemory(
      Views views,
      AdapterRegistry registry,
      TrainingQueue queue,
      JobStore store,
      FeedbackLog feedback,
      Clock clock,
      RandomGenerator ids) {
    this.views = views;
    this.registry = registry;
    this.queue = queue;
    this.clock = clock;
    this.feedback = feedback;
    this.jobs = new CollectionJobs(store, queue, clock, ids);
    this.trainings = new Trainings(views, registry, jobs, clock);
  }

  @Override
  public TrainingJob train(TrainingRequest request) {
    // Not only at its end, when a version is published.
    registry.requireWritable();
    if (request.labels().size() == 0) {
      throw new InvalidInputException(
          ErrorCode.TOO_FEW_LABELS, "got 0 labelled queries, expected at least 1");
    }
    return jobs.submit(request, work(request));
  }

  @Override
  public TrainingJob resume(String id) {
    registry.requireWritable();
    return jobs.resume(id, request -> request, this::work);
  }

  @Override
  public TrainingJob resume(String id, TrainingLimits limits) {
    registry.requireWritable();
    return jobs.resume(id, request -> request.withLimits(limits), this::work);
  }

  /** Checks what can be checked at once. */
  private BackgroundJob.Work work(TrainingRequest request) {
    trainings.check(request);
    AdapterTrainer trainer = queue.trainer();
    return (job, cancellation) -> trainings.run(trainer, request, job, cancellation);
  }

  @Override
  public RecallReport evaluate(EvaluationRequest request) {
    AppliedAdapter adapter = registry.active().resolve(request.adapter(), request.filter());
    Set<String> given = request.trainingDocuments();
    Set<String> trained =
        given != null ? given : adapter == null ? Set.of() : trainingDocuments(adapter);
    return views.read(view -> new Evaluator(view, request, trained, adapter).compare());
  }

  /** Of the adapter, and of the collection's where modes fall back on it. */
  private Set<String> trainingDocuments(AppliedAdapter adapter) {
    Set<String> documents = new HashSet<>(registry.trainingDocuments(adapter.version()));
    AppliedAdapter fallback = adapter.fallback();
    if (fallback != null) {
      documents.addAll(registry.trainingDocuments(fallback.version()));
    }
    return documents;
  }

  @Override
  public Staleness staleness(String version) {
    AdapterVersion described = registry.version(version);
    Adapter adapter = registry.read(version);
    TrainedOn trained = registry.trainedOn(version);
    return views.read(
        view -> {
          try (Stream<Feedback> entries = feedback.entries()) {
            return new StalenessCheck(view, described, adapter, trained).run(entries);
          }
        });
  }

  /** Cancels every job and waits until none can change anything; there are no others then. */
  public void stop() {
    jobs.stop();
  }

  /** Takes back {@link #stop} for jobs to come. */
  public void allow() {
    jobs.allow();
  }

  @Override
  public List<TrainingJob> jobs() {
    return jobs.list();
  }

  @Override
  public TrainingJob job(String id) {
    return jobs.get(id);
  }

  @Override
  public void deleteJob(String id) {
    registry.requireWritable();
    jobs.delete(id);
  }

  @Override
  public List<AdapterVersion> versions() {
    return registry.all();
  }

  @Override
  public AdapterVersion version(String version) {
    return registry.version(version);
  }

  @Override
  public Adapter adapter(String version) {
    return registry.read(version);
  }

  @Override
  public Optional<String> activeVersion() {
    return registry.ownVersion(Optional.empty());
  }

  @Override
  public Optional<String> activeVersion(AdapterScope scope) {
    return registry.ownVersion(Optional.of(scope));
  }

  @Override
  public SortedMap<AdapterScope, String> scopes() {
    return registry.activeByScope();
  }

  @Override
  public void activate(String version) {
    change(() -> registry.activate(version));
  }

  @Override
  public void deactivate() {
    change(() -> registry.deactivate(Optional.empty()));
  }

  @Override
  public void deactivate(AdapterScope scope) {
    Optional<AdapterScope> one = Optional.of(scope);
    change(() -> registry.deactivate(one));
  }

  @Override
  public Optional<String> rollback() {
    return jobs.whileOpen(() -> registry.rollback(Optional.empty()));
  }

  @Override
  public Optional<String> rollback(AdapterScope scope) {
    Optional<AdapterScope> one = Optional.of(scope);
    return jobs.whileOpen(() -> registry.rollback(one));
  }

  @Override
  public void delete(String version) {
    change(() -> registry.delete(version));
  }

  private void change(Runnable change) {
    jobs.whileOpen(
        () -> {
          change.run();
          return true;
        });
  }

  @Override
  public void exportVersion(String version, Path file) {
    AdapterExporter.write(registry.read(version), file);
  }

  @Override
  public AdapterVersion importVersion(Path file, AdapterImport options) {
    registry.requireWritable();
    return importVersion(AdapterImporter.read(file), file.toString(), options);
  }

  @Override
  public AdapterVersion importVersion(byte[] content, String where, AdapterImport options) {
    registry.requireWritable();
    CollectionSpec spec = views.read(CollectionView::spec);
    Trainings.requireCosine(spec.similarity());
    AdapterImporter.Imported imported = AdapterImporter.decode(content, where, options, spec);
    return jobs.whileOpen(
        () ->
            registry.version(
                registry.add(
                    imported.adapter(), TrainedOn.unknown(), clock.instant(), imported.origin())));
  }
}
