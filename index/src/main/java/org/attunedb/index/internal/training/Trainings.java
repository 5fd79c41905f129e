package org.attunedb.index.internal.training;

import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterBinding;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.JobState;
import org.attunedb.index.LabelUsage;
import org.attunedb.index.TrainingRequest;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.adapter.TrainedOn;
import org.attunedb.index.internal.jobs.JobFit;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.SnapshotCorpusVectors;
import org.attunedb.index.internal.search.Views;
import org.jspecify.annotations.Nullable;

/** Trainings of one collection: from a request to a published version. Thread-safe. */
final class Trainings {
  private final Views views;
  private final AdapterRegistry registry;
  private final CollectionJobs jobs;
  private final Clock clock;

  Trainings(Views views, AdapterRegistry registry, CollectionJobs jobs, Clock clock) {
    this.views = views;
    this.registry = registry;
    this.jobs = jobs;
    this.clock = clock;
  }

  /** The adapter's formula and the trainer's ranks are those of unit vectors. */
  static void requireCosine(Similarity similarity) {
    if (similarity != Similarity.COSINE) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "adapters are trained for collections that compare by COSINE, this one compares by "
              + similarity);
    }
  }

  private static @Nullable Filter filter(TrainingRequest request) {
    return request.scope().map(AdapterScope::filter).orElse(null);
  }

  /** Checks what can be checked at once. */
  void check(TrainingRequest request) {
    registry.requireRoom(request.scope());
    views.read(
        view -> {
          requireCosine(view.spec().similarity());
          requireScope(view, request);
          MemoryEstimate.requireWithin(
              request.limits(),
              view.snapshot().count(filter(request)),
              view.spec().dimension(),
              request.labels().size(),
              request.config());
          return true;
        });
  }

  private static void requireScope(CollectionView view, TrainingRequest request)
      throws IOException {
    if (request.scope().isPresent()) {
      ScopeCheck.require(view, request.scope().get(), request.labels());
    }
  }

  /** Trains on the newest view. */
  JobState run(
      AdapterTrainer trainer,
      TrainingRequest request,
      BackgroundJob job,
      CancellationToken cancellation) {
    return views.read(
        view -> {
          // The collection may have changed while the job waited.
          requireScope(view, request);
          LabelResolver resolver = new LabelResolver(view, filter(request), request.strict());
          LabelResolver.InUse inUse = inUse(view, resolver.vectors(), request);
          LabelResolver.Resolved resolved = resolver.resolve(request.labels(), inUse, cancellation);
          MemoryEstimate.requireWithin(
              request.limits(),
              resolved.set().corpus().size(),
              resolved.set().corpus().dimension(),
              resolved.set().learned().size(),
              request.config());
          cancellation.throwIfCancelled();
          Optional<JobState> published = published(job, resolved.usage(), cancellation);
          return published.isPresent()
              ? published.get()
              : new One(view.spec(), request, job, cancellation, inUse, resolved).train(trainer);
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
                      if (!registry.finishPublishing(version.name())) {
                        job.note(
                            "%s, which an earlier attempt made, is not activated: versions have been switched since"
                                .formatted(version.name()));
                      }
                      return new JobState.Completed(
                          new GateDecision(
                              GateDecision.Outcome.PUBLISHED,
                              "an earlier attempt published it",
                              version.binding().metrics()),
                          Optional.of(version.name()),
                          usage);
                    }));
  }

  /** What searches use that the request's adapter is for, and what it learns from of that. */
  private LabelResolver.InUse inUse(
      CollectionView view, SnapshotCorpusVectors rows, TrainingRequest request) {
    boolean scoped = request.scope().isPresent();
    Optional<ActiveVersion> all =
        inUse(view, rows, registry.active().resolve(AdapterChoice.active(), null), scoped);
    Optional<ActiveVersion> scopes =
        (scoped ? registry.ownVersion(request.scope()) : Optional.<String>empty())
            .flatMap(
                version ->
                    inUse(
                        view,
                        rows,
                        registry.active().resolve(AdapterChoice.version(version), null),
                        false));
    boolean learns = request.start() == TrainingRequest.Start.ACTIVE_VERSION;
    Optional<ActiveVersion> own = scoped ? scopes : all;
    return new LabelResolver.InUse(
        incumbent(scopes, all),
        own.filter(version -> learns),
        all.filter(version -> learns && scoped && version.prior().isPresent()),
        names(scopes.map(ActiveVersion::version), all.map(ActiveVersion::version)));
  }

  /** The scope's version; where modes don't use it, or there is none, the collection's. */
  private static Optional<IncumbentVersion> incumbent(
      Optional<ActiveVersion> scopes, Optional<ActiveVersion> all) {
    if (scopes.isEmpty() || all.isEmpty()) {
      return scopes.or(() -> all).map(version -> version);
    }
    boolean both =
        Stream.of(SearchMode.VECTOR, SearchMode.HYBRID)
            .anyMatch(mode -> !scopes.get().isUsedBy(mode) && all.get().isUsedBy(mode));
    return Optional.of(both ? new VersionsInUse(scopes.get(), all.get()) : scopes.get());
  }

  private static String names(Optional<String> scopes, Optional<String> all) {
    return scopes.map(version -> version + ", else ").orElse("") + all.orElse("none");
  }

  private Optional<ActiveVersion> inUse(
      CollectionView view,
      SnapshotCorpusVectors rows,
      @Nullable AppliedAdapter applied,
      boolean shared) {
    return applied != null && applied.adapter() instanceof LowRankAdapter adapter
        ? Optional.of(
            new ActiveVersion(
                registry.version(applied.version()),
                adapter,
                registry.trainedOn(applied.version()),
                view,
                rows,
                shared))
        : Optional.empty();
  }

  /** One training whose labels are resolved. */
  private final class One {
    private final CollectionSpec spec;
    private final TrainingRequest request;
    private final BackgroundJob job;
    private final CancellationToken cancellation;
    private final LabelResolver.InUse inUse;
    private final LabelResolver.Resolved resolved;

    One(
        CollectionSpec spec,
        TrainingRequest request,
        BackgroundJob job,
        CancellationToken cancellation,
        LabelResolver.InUse inUse,
        LabelResolver.Resolved resolved) {
      this.spec = spec;
      this.request = request;
      this.job = job;
      this.cancellation = cancellation;
      this.inUse = inUse;
      this.resolved = resolved;
    }

    JobState train(AdapterTrainer trainer) {
      TrainingSet set = resolved.set();
      TrainingConfig config = request.config();
      JobFit fit =
          new JobFit(
              Fingerprints.corpus(set.corpus()),
              Fingerprints.labels(set),
              // What is fitted beside one prior means nothing beside another.
              config + inUse.prior().map(prior -> " beside " + prior.version()).orElse(""),
              trainer.name());
      job.note(job.fit(fit) + describe());
      AdapterTrainer.Result result =
          trainer.train(
              set,
              config,
              new TrainingContext(
                  job::publish,
                  cancellation,
                  job.journal().checkpoints(),
                  inUse.incumbent().map(version -> version.beside(fit)),
                  inUse.prior().flatMap(ActiveVersion::prior)));
      cancellation.throwIfCancelled();
      Optional<String> version = result.weights().map(weights -> publish(fit, result, weights));
      return new JobState.Completed(result.decision(), version, resolved.usage());
    }

    private String describe() {
      LabelUsage usage = resolved.usage();
      int carried = resolved.set().carried().size() - resolved.known();
      String text =
          " on %s queries; left out: %s without a relevant document, %s without a vector; %s judgments of unknown documents"
              .formatted(
                  usage.queries(),
                  usage.withoutRelevantDocument(),
                  usage.withoutVector(),
                  usage.unknownDocuments());
      if (carried > 0) {
        text += "; with %s more that %s remembers".formatted(carried, inUse.names());
      }
      if (request.scope().isPresent()) {
        text +=
            "; for searches with %s, among %s documents, %s"
                .formatted(
                    request.scope().get(),
                    resolved.set().corpus().size(),
                    inUse
                        .prior()
                        .map(
                            prior ->
                                "beside %s, which was trained on %s of the queries"
                                    .formatted(prior.version(), resolved.known()))
                        .orElse("beside none"));
      }
      return text;
    }

    /**
     * Keeps a version and makes it the active one, unless another one than it was compared with has
     * come into use while it was trained: then a person decides.
     */
    private String publish(JobFit fit, AdapterTrainer.Result result, AdapterWeights weights) {
      Adapter adapter =
          new Adapter(
              new AdapterBinding(
                  spec.embedder(),
                  spec.dimension(),
                  fit.corpus(),
                  fit.labels(),
                  fit.trainer(),
                  request.config().seed(),
                  result.decision().metrics(),
                  request.scope()),
              weights);
      TrainedOn trainedOn = VectorChecksums.of(resolved.set());
      return jobs.publishing(
          () -> {
            cancellation.throwIfCancelled();
            AdapterOrigin origin = new AdapterOrigin.Trained(job.id());
            String now =
                names(
                    request.scope().isEmpty()
                        ? Optional.empty()
                        : registry.ownVersion(request.scope()),
                    registry.ownVersion(Optional.empty()));
            if (now.equals(inUse.names())) {
              return registry.publish(adapter, trainedOn, clock.instant(), origin);
            }
            String version = registry.add(adapter, trainedOn, clock.instant(), origin);
            job.note(
                "%s is not activated: it was compared with %s, and meanwhile %s has become active"
                    .formatted(version, inUse.names(), now));
            return version;
          });
    }
  }
}
