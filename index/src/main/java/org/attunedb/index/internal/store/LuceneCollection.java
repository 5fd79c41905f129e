package org.attunedb.index.internal.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.IOUtils;
import org.attunedb.core.Document;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.BulkLoad;
import org.attunedb.index.BulkProgress;
import org.attunedb.index.CollectionSnapshot;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.CollectionStats;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.FeedbackLog;
import org.attunedb.index.OpenMode;
import org.attunedb.index.ShadowOptions;
import org.attunedb.index.ShadowSearch;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.feedback.FeedbackStore;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.jobs.JobStore;
import org.attunedb.index.internal.log.Operation;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.GivenIds;
import org.attunedb.index.internal.search.LuceneViews;
import org.attunedb.index.internal.search.Snapshot;
import org.attunedb.index.internal.search.SnapshotSearcher;
import org.attunedb.index.internal.search.ViewReads;
import org.attunedb.index.internal.shadow.CollectionShadow;
import org.attunedb.index.internal.store.PendingWrite.Decision;
import org.attunedb.index.internal.training.CollectionDeepMemory;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.jspecify.annotations.Nullable;

/**
 * A collection over an operation log and one Lucene index.
 *
 * <p>Writes are checked, embedded and mapped in the caller's thread and then take their turn in
 * {@link GroupCommit}; readers only ever take whole views, so they never see half a batch.
 */
final class LuceneCollection implements VectorCollection, AutoCloseable {
  private final String name;
  private final Path directory;
  private final UUID id;
  private final StoreFiles files;

  /** Only the format of the vectors ever changes, under this object's lock. */
  private volatile CollectionSpec spec;

  private final @Nullable Embedder embedder;
  private final StoreHealth health;
  private final DocumentIntake intake;
  private final LuceneViews views;
  private final ViewReads reads;
  private final AdapterRegistry adapters;
  private final CollectionIndex index;
  private final GroupCommit writer;
  private final FeedbackStore feedback;
  private final CollectionDeepMemory deepMemory;

  LuceneCollection(CollectionParts parts) {
    this.name = parts.name();
    this.directory = parts.directory();
    this.id = parts.id();
    this.files = parts.context().files();
    this.spec = parts.spec();
    this.embedder = parts.embedder();
    this.health = parts.context().health();
    this.intake = new DocumentIntake(name, spec, embedder);
    SnapshotSearcher searcher =
        new SnapshotSearcher(spec.similarity(), parts.analysis(), parts.profiles());
    this.adapters = parts.adapters();
    this.index = parts.index();
    this.writer = parts.writer();
    this.views =
        new LuceneViews(
            name,
            index.searchers(),
            directory.resolve("index"),
            snapshot -> new CollectionView(name, spec, snapshot, searcher, embedder));
    this.reads = new ViewReads(name, spec, views, adapters.active());
    this.feedback =
        new FeedbackStore(
            parts.context().files(),
            directory.resolve(CollectionLayout.FEEDBACK),
            parts.id(),
            spec.dimension(),
            parts.context().options().clock(),
            health::requireWritable);
    this.deepMemory =
        new CollectionDeepMemory(
            views,
            adapters,
            parts.context().queue(),
            new JobStore(
                parts.context().files(),
                directory.resolve(CollectionLayout.JOBS),
                parts.context().options().mode() == OpenMode.READ_ONLY),
            feedback,
            parts.context().options().clock(),
            parts.context().options().random());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CollectionSpec spec() {
    return spec;
  }

  @Override
  public void upsert(List<Document> documents) {
    Objects.requireNonNull(documents, "documents");
    health.requireWritable();
    Change change = prepared(documents);
    if (!documents.isEmpty()) {
      writer.write(PendingWrite.of(change, documents.size()));
    }
  }

  private Change prepared(List<Document> documents) {
    return index.prepare(new Operation.Upsert(intake.prepare(documents)));
  }

  @Override
  public BulkLoad bulkLoad(Consumer<BulkProgress> listener) {
    Objects.requireNonNull(listener, "listener");
    health.requireWritable();
    return new LuceneBulkLoad(
        name,
        index,
        writer,
        health,
        documents -> prepared(Objects.requireNonNull(documents, "documents")),
        this::compact,
        listener);
  }

  @Override
  public void insert(List<Document> documents) {
    Objects.requireNonNull(documents, "documents");
    health.requireWritable();
    Change change = prepared(documents);
    List<String> ids = documents.stream().map(Document::id).toList();
    writer.write(
        PendingWrite.reading(
            ids,
            view -> {
              requireNew(view, ids);
              return new Decision(documents.isEmpty() ? null : change, documents.size());
            }));
  }

  private void requireNew(Snapshot view, List<String> ids) throws IOException {
    for (int i = 0; i < ids.size(); i++) {
      if (view.contains(ids.get(i))) {
        throw new ConflictException(
            ErrorCode.ALREADY_EXISTS,
            "collection '%s': document '%s' exists (position %d of the batch)"
                .formatted(name, ids.get(i), i));
      }
    }
  }

  @Override
  public long updateMetadata(Collection<String> ids, MetadataPatch patch) {
    GivenIds.requireAll(ids);
    Objects.requireNonNull(patch, "patch");
    Set<String> distinct = new LinkedHashSet<>(ids);
    requireBatch(distinct.size());
    return writer.write(PendingWrite.reading(distinct, view -> patched(view, distinct, patch)));
  }

  @Override
  public long updateMetadata(Filter filter, MetadataPatch patch) {
    Objects.requireNonNull(filter, "filter").requireWithinLimits();
    Objects.requireNonNull(patch, "patch");
    return writer.write(
        PendingWrite.readingAll(
            view -> {
              requireBatch(view.count(filter));
              return patched(view, view.ids(null, MAX_BATCH, filter), patch);
            }));
  }

  private void requireBatch(long documents) {
    if (documents > MAX_BATCH) {
      throw new InvalidInputException(
          ErrorCode.BATCH_TOO_LARGE,
          "collection '%s': got %d documents to update, expected at most %d"
              .formatted(name, documents, MAX_BATCH));
    }
  }

  private Decision patched(Snapshot view, Collection<String> ids, MetadataPatch patch)
      throws IOException {
    List<Document> changed = new ArrayList<>();
    long bytes = 0;
    for (String id : ids) {
      Document document = view.get(id);
      if (document != null) {
        bytes += DocumentIntake.size(document);
        if (bytes > MAX_BATCH_BYTES) {
          throw new InvalidInputException(
              ErrorCode.BATCH_TOO_LARGE,
              "collection '%s': the documents to update have more than %d bytes"
                  .formatted(name, MAX_BATCH_BYTES));
        }
        changed.add(document.withMetadata(patch.applyTo(document.metadata())));
      }
    }
    return changed.isEmpty()
        ? new Decision(null, 0)
        : new Decision(index.prepare(new Operation.Upsert(changed)), changed.size());
  }

  @Override
  public long delete(Collection<String> ids) {
    GivenIds.requireAll(ids);
    Set<String> distinct = new LinkedHashSet<>(ids);
    return writer.write(
        PendingWrite.reading(
            distinct,
            view -> {
              List<String> existing = new ArrayList<>();
              for (String id : distinct) {
                if (view.contains(id)) {
                  existing.add(id);
                }
              }
              return existing.isEmpty()
                  ? new Decision(null, 0)
                  : new Decision(Change.of(new Operation.DeleteIds(existing)), existing.size());
            }));
  }

  @Override
  public long delete(Filter filter) {
    Objects.requireNonNull(filter, "filter").requireWithinLimits();
    return deleteAll(filter, new Operation.DeleteMatching(filter));
  }

  @Override
  public long truncate() {
    return deleteAll(null, new Operation.DeleteAll());
  }

  private long deleteAll(@Nullable Filter filter, Operation operation) {
    Change change = Change.of(operation);
    return writer.write(
        PendingWrite.readingAll(
            view -> {
              long matching = view.count(filter);
              return new Decision(matching == 0 ? null : change, matching);
            }));
  }

  @Override
  public void flush() {
    writer.flush();
  }

  @Override
  public void checkpoint() {
    writer.checkpoint();
  }

  /** Puts every acknowledged write into a commit whose files stay until they are released. */
  HeldCollection hold() {
    writer.checkpoint();
    try {
      return new HeldCollection(name, directory, index, adapters, feedback);
    } catch (AlreadyClosedException e) {
      throw closed(e);
    } catch (IOException e) {
      throw StoreFiles.failed(directory.resolve("index"), "hold", e);
    }
  }

  @Override
  public void compact() {
    health.requireWritable();
    // Lucene waits for merges and would take an interrupt of the caller for its own end.
    CompletableFuture<@Nullable Void> merged = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("attune-compact-" + name).start(() -> merge(merged));
    try {
      merged.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    writer.exclusively(index::publish);
    writer.checkpoint();
  }

  @Override
  public void compact(VectorFormat format) {
    Objects.requireNonNull(format, "format");
    health.requireWritable();
    synchronized (this) {
      CollectionSpec wanted = spec.withVectorFormat(format);
      if (!wanted.equals(spec)) {
        // Before the first segment: whatever a crash leaves opens with the new format.
        writer.exclusively(
            () -> {
              new CollectionDescription(id, wanted).write(files, directory);
              index.format(format);
            });
        spec = wanted;
      }
    }
    compact();
  }

  private void merge(CompletableFuture<@Nullable Void> merged) {
    try {
      mergeAll();
      merged.complete(null);
    } catch (IOException e) {
      merged.completeExceptionally(compactionFailed(e));
    } catch (IllegalStateException e) {
      boolean failed = index.hasFailed() || !health.isWritable();
      merged.completeExceptionally(failed ? compactionFailed(new IOException(e)) : closed(e));
    } catch (RuntimeException | Error e) {
      merged.completeExceptionally(compactionFailed(new IOException(e)));
    }
  }

  /** Begins again where a truncation ended the merge; closing shows at the next attempt. */
  private void mergeAll() throws IOException {
    boolean aborted;
    do {
      try {
        index.compact();
        aborted = false;
      } catch (IOException e) {
        aborted = e.getCause() instanceof MergePolicy.MergeAbortedException;
        if (!aborted || index.hasFailed()) {
          throw e;
        }
      }
    } while (aborted);
  }

  private StoreException compactionFailed(IOException failure) {
    health.fail(name, failure);
    return StoreFiles.failed(directory.resolve("index"), "compact", failure);
  }

  private IllegalStateException closed(IllegalStateException cause) {
    return new IllegalStateException("collection '" + name + "' is closed", cause);
  }

  @Override
  public Optional<Document> get(String id) {
    return reads.get(id);
  }

  @Override
  public List<Document> getAll(Collection<String> ids) {
    return reads.getAll(ids);
  }

  @Override
  public long count(@Nullable Filter filter) {
    return reads.count(filter);
  }

  @Override
  public List<String> unknownFields(Filter filter) {
    return reads.unknownFields(filter);
  }

  @Override
  public List<Document> scan(@Nullable String afterId, int limit, @Nullable Filter filter) {
    return reads.scan(afterId, limit, filter);
  }

  @Override
  public List<String> ids(@Nullable String afterId, int limit, @Nullable Filter filter) {
    return reads.ids(afterId, limit, filter);
  }

  @Override
  public SearchResponse search(SearchRequest request) {
    return reads.search(request);
  }

  @Override
  public List<SearchResponse> searchAll(List<SearchRequest> requests) {
    return reads.searchAll(requests);
  }

  @Override
  public CollectionSnapshot snapshot() {
    return views.snapshot(adapters.active());
  }

  @Override
  public DeepMemory deepMemory() {
    return deepMemory;
  }

  @Override
  public FeedbackLog feedback() {
    return feedback;
  }

  @Override
  public ShadowSearch shadow(ShadowOptions options) {
    return new CollectionShadow(this, options);
  }

  @Override
  public CollectionStats stats() {
    return views.read(view -> view.snapshot().stats(index.diskBytes()));
  }

  /** Ends the collection's trainings and waits for that; there are none from then on. */
  void stopTraining() {
    deepMemory.stop();
  }

  /** Takes back {@link #stopTraining}, if what it was for was not done. */
  void allowTraining() {
    deepMemory.allow();
  }

  /** Stops training and closes snapshots and files; reads that have begun are finished. */
  @Override
  public void close() {
    try {
      IOUtils.close(deepMemory::stop, feedback, writer::close, views::close, index);
    } catch (IOException e) {
      throw StoreFiles.failed(directory, "close", e);
    }
  }

  /**
   * Whether it need not be opened again for an embedder. The built-in one, which a collection gets
   * when none is given, gives way to another that makes vectors for the same documents.
   */
  boolean serves(@Nullable Embedder asked) {
    return embedder != null
        && (asked == null
            || !(embedder instanceof LexicalEmbedder)
            || asked instanceof LexicalEmbedder);
  }
}
