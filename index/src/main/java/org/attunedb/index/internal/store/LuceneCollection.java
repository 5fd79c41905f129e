package org.attunedb.index.internal.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.IOUtils;
import org.attunedb.core.Document;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.embedding.Embedder;
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
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.LuceneViews;
import org.attunedb.index.internal.search.SegmentProfiles;
import org.attunedb.index.internal.search.SnapshotSearcher;
import org.attunedb.index.internal.search.ViewReads;
import org.attunedb.index.internal.shadow.CollectionShadow;
import org.attunedb.index.internal.training.CollectionDeepMemory;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.jspecify.annotations.Nullable;

/**
 * A collection over an operation log and one Lucene index.
 *
 * <p>Writes ({@link DocumentEdits}) take their turn in {@link GroupCommit}; readers only ever take
 * whole views, so they never see half a batch.
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
  private final LuceneViews views;
  private final ViewReads reads;
  private final AdapterRegistry adapters;
  private final CollectionIndex index;
  private final GroupCommit writer;
  private final DocumentEdits edits;
  private final Compaction compaction;
  private final SegmentProfiles profiles;
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
    SnapshotSearcher searcher =
        new SnapshotSearcher(
            spec.similarity(), parts.analysis(), parts.profiles(), parts.context().searchers());
    this.adapters = parts.adapters();
    this.index = parts.index();
    this.writer = parts.writer();
    this.profiles = parts.profiles();
    this.edits =
        new DocumentEdits(name, new DocumentIntake(name, spec, embedder), index, writer, health);
    this.compaction = new Compaction(name, directory, index, writer, health);
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
    edits.upsert(documents);
  }

  @Override
  public BulkLoad bulkLoad(Consumer<BulkProgress> listener) {
    return edits.bulkLoad(listener, this::compact);
  }

  @Override
  public void insert(List<Document> documents) {
    edits.insert(documents);
  }

  @Override
  public long updateMetadata(Collection<String> ids, MetadataPatch patch) {
    return edits.updateMetadata(ids, patch);
  }

  @Override
  public long updateMetadata(Filter filter, MetadataPatch patch) {
    return edits.updateMetadata(filter, patch);
  }

  @Override
  public long delete(Collection<String> ids) {
    return edits.delete(ids);
  }

  @Override
  public long delete(Filter filter) {
    return edits.delete(filter);
  }

  @Override
  public long truncate() {
    return edits.truncate();
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
      throw new IllegalStateException("collection '" + name + "' is closed", e);
    } catch (IOException e) {
      throw StoreFiles.failed(directory.resolve("index"), "hold", e);
    }
  }

  @Override
  public void compact() {
    health.requireWritable();
    compaction.run();
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
      IOUtils.close(
          deepMemory::stop, feedback, profiles::close, writer::close, views::close, index);
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
