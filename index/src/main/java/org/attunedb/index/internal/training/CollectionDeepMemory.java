package org.attunedb.index.internal.training;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterBinding;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.Incumbent;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.index.AdapterImport;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.EvaluationRequest;
import org.attunedb.index.Feedback;
import org.attunedb.index.FeedbackLog;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelUsage;
import org.attunedb.index.Staleness;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.TrainingLimits;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.adapter.AdapterExporter;
import org.attunedb.index.internal.adapter.AdapterImporter;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.adapter.TrainedOn;
import org.attunedb.index.internal.jobs.JobFit;
import org.attunedb.index.internal.jobs.JobStore;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.SnapshotCorpusVectors;
import org.attunedb.index.internal.search.Views;
import org.jspecify.annotations.Nullable;

/** Deep memory of one collection: jobs over its views, versions in its registry. */
public final class CollectionDeepMemory implements DeepMemory {
  private final Views views;
  private final AdapterRegistry registry;
  private final TrainingQueue queue;
  private final Clock clock;
  private final FeedbackLog feedback;
  private final CollectionJobs jobs;

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
    views.read(
        view -> {
          requireCosine(view.spec().similarity());
          MemoryEstimate.requireWithin(
              request.limits(),
              view.snapshot().count(null),
              view.spec().dimension(),
              request.labels().size(),
              request.config());
          return true;
        });
    AdapterTrainer trainer = queue.trainer();
    return (job, cancellation) -> run(trainer, request, job, cancellation);
  }

  /** The adapter's formula and the trainer's ranks are those of unit vectors. */
  private static void requireCosine(Similarity similarity) {
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
      BackgroundJob job,
      CancellationToken cancellation) {
    return views.read(
        view -> {
          LabelResolver resolver = new LabelResolver(view, request.strict());
          LabelResolver.Resolved resolved =
              resolver.resolve(
                  request.labels(),
                  active(view, resolver.vectors()),
                  request.start(),
                  cancellation);
          TrainingSet set = resolved.set();
          TrainingConfig config = request.config();
          // The corpus may have grown while the job waited.
          MemoryEstimate.requireWithin(
              request.limits(),
              set.corpus().size(),
              set.corpus().dimension(),
              set.learned().size(),
              config);
          cancellation.throwIfCancelled();
          Optional<JobState> published = published(job, resolved.usage(), cancellation);
          if (published.isPresent()) {
            return published.get();
          }
          JobFit fit =
              new JobFit(
                  Fingerprints.corpus(set.corpus()),
                  Fingerprints.labels(set),
                  config.toString(),
                  trainer.name());
          job.note(job.fit(fit) + describe(resolved));
          AdapterTrainer.Result result =
              trainer.train(
                  set,
                  config,
                  new TrainingContext(
                      job::publish,
                      cancellation,
                      job.journal().checkpoints(),
                      resolved.incumbent().map(version -> version.beside(fit))));
          cancellation.throwIfCancelled();
          Optional<String> version =
              result
                  .weights()
                  .map(
                      weights ->
                          publish(
                              new Adapter(binding(view.spec(), fit, config, result), weights),
                              VectorChecksums.of(set),
                              resolved.incumbent().map(Incumbent::version),
                              job,
                              cancellation));
          return new JobState.Completed(result.decision(), version, resolved.usage());
        });
  }

  /** What an earlier attempt published before its end could be noted: it is not made twice. */
  private Optional<JobState> published(
      BackgroundJob job, LabelUsage usage, CancellationToken cancellation) {
    if (job.job().attempt() == 1) {
      return Optional.empty();
    }
    return registry
        .trainedBy(job.id())
        .map(
            version ->
                jobs.publishing(
                    () -> {
                      cancellation.throwIfCancelled();
                      registry.finishPublishing(version.name());
                      return new JobState.Completed(
                          new GateDecision(
                              GateDecision.Outcome.PUBLISHED,
                              "an earlier attempt published it",
                              version.binding().metrics()),
                          Optional.of(version.name()),
                          usage);
                    }));
  }

  private static AdapterBinding binding(
      CollectionSpec spec, JobFit fit, TrainingConfig config, AdapterTrainer.Result result) {
    return new AdapterBinding(
        spec.embedder(),
        spec.dimension(),
        fit.corpus(),
        fit.labels(),
        fit.trainer(),
        config.seed(),
        result.decision().metrics());
  }

  private Optional<ActiveVersion> active(CollectionView view, SnapshotCorpusVectors rows) {
    AppliedAdapter active = registry.active();
    return active != null && active.adapter() instanceof LowRankAdapter adapter
        ? Optional.of(
            new ActiveVersion(
                registry.version(active.version()),
                adapter,
                registry.trainedOn(active.version()),
                view,
                rows))
        : Optional.empty();
  }

  /**
   * Keeps a version and makes it the active one, unless another one than it was compared with has
   * become that while it was trained: then a person decides.
   */
  private String publish(
      Adapter adapter,
      TrainedOn trainedOn,
      Optional<String> compared,
      BackgroundJob job,
      CancellationToken cancellation) {
    return jobs.publishing(
        () -> {
          cancellation.throwIfCancelled();
          AdapterOrigin origin = new AdapterOrigin.Trained(job.id());
          Optional<String> active = registry.activeVersion();
          if (active.equals(compared)) {
            return registry.publish(adapter, trainedOn, clock.instant(), origin);
          }
          String version = registry.add(adapter, trainedOn, clock.instant(), origin);
          job.note(
              "%s is not activated: it was compared with %s, and meanwhile %s has become active"
                  .formatted(version, compared.orElse("none"), active.orElse("none")));
          return version;
        });
  }

  private static String describe(LabelResolver.Resolved resolved) {
    LabelUsage usage = resolved.usage();
    int carried = resolved.set().carried().size();
    String known =
        carried == 0
            ? ""
            : "; with %d more that %s remembers"
                .formatted(
                    carried, resolved.incumbent().map(Incumbent::version).orElse("the active one"));
    return (" on %d queries; left out: %d without a relevant document, %d without a vector; %d judgments"
                + " of unknown documents")
            .formatted(
                usage.queries(),
                usage.withoutRelevantDocument(),
                usage.withoutVector(),
                usage.unknownDocuments())
        + known;
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
    return registry.activeVersion();
  }

  @Override
  public void activate(String version) {
    change(() -> registry.activate(version));
  }

  @Override
  public void deactivate() {
    change(registry::deactivate);
  }

  @Override
  public Optional<String> rollback() {
    return jobs.whileOpen(registry::rollback);
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
    requireCosine(spec.similarity());
    AdapterImporter.Imported imported = AdapterImporter.decode(content, where, options, spec);
    return jobs.whileOpen(
        () ->
            registry.version(
                registry.add(
                    imported.adapter(), TrainedOn.unknown(), clock.instant(), imported.origin())));
  }
}
