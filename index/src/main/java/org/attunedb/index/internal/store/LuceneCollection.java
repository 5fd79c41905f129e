package org.attunedb.index.internal.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.Document;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSnapshot;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.CollectionStats;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.FilterCompiler;
import org.attunedb.index.internal.lucene.WideHnswVectorsFormat;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.LuceneViews;
import org.attunedb.index.internal.search.Snapshot;
import org.attunedb.index.internal.search.SnapshotSearcher;
import org.attunedb.index.internal.search.ViewReads;
import org.attunedb.index.internal.text.TextAnalysis;
import org.attunedb.index.internal.training.CollectionDeepMemory;
import org.attunedb.index.internal.training.TrainingQueue;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.jspecify.annotations.Nullable;

/**
 * A collection in one Lucene index.
 *
 * <p>Writers are serialised. Each write ends with a Lucene commit (files forced to disk, then
 * published by an atomic rename) and then makes a new view; readers only ever take whole views, so
 * they never see half a batch. After a failed write the writer is rolled back and the collection
 * refuses writes, because what a later commit would publish is unknown.
 */
public final class LuceneCollection implements VectorCollection, AutoCloseable {
  private static final double WRITE_BUFFER_MB = 64;

  private final String name;
  private final Path directory;
  private final CollectionSpec spec;
  private final @Nullable Embedder embedder;
  private final Directory files;
  private final IndexWriter writer;
  private final SearcherManager searchers;
  private final DocumentIntake intake;
  private final DocumentMapper mapper;
  private final LuceneViews views;
  private final ViewReads reads;
  private final AdapterRegistry adapters;
  private final CollectionDeepMemory deepMemory;
  private boolean failed;

  private LuceneCollection(
      String name,
      Path directory,
      CollectionSpec spec,
      @Nullable Embedder embedder,
      TrainingQueue queue,
      AttuneOptions options)
      throws IOException {
    TextAnalysis analysis = new TextAnalysis();
    this.name = name;
    this.directory = directory;
    this.spec = spec;
    this.embedder = embedder;
    this.intake = new DocumentIntake(name, spec, embedder);
    boolean lexical = spec.embedder().equals(LexicalEmbedder.INFO.name());
    this.mapper = new DocumentMapper(spec.similarity(), lexical, analysis);
    this.adapters = new AdapterRegistry(name, spec, directory.resolve("adapters"));
    this.files = FSDirectory.open(directory.resolve("index"));
    this.writer = new IndexWriter(files, config(spec, analysis));
    SnapshotSearcher searcher = new SnapshotSearcher(spec.similarity(), analysis);
    this.searchers = new SearcherManager(writer, new Bm25SearcherFactory());
    this.views =
        new LuceneViews(
            name,
            searchers,
            directory.resolve("index"),
            snapshot -> new CollectionView(name, spec, snapshot, searcher, embedder));
    this.reads = new ViewReads(name, spec, views, this::resolve);
    this.deepMemory =
        new CollectionDeepMemory(views, adapters, queue, options.clock(), options.random());
  }

  private static IndexWriterConfig config(CollectionSpec spec, TextAnalysis analysis) {
    KnnVectorsFormat format = new WideHnswVectorsFormat(spec.m(), spec.efConstruction());
    return new IndexWriterConfig(analysis.analyzer())
        .setRAMBufferSizeMB(WRITE_BUFFER_MB)
        .setSimilarity(Bm25SearcherFactory.SIMILARITY)
        .setCommitOnClose(false)
        .setCodec(
            new Lucene104Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
              }
            });
  }

  /** Makes the files of a new collection, which {@link #open} then opens. */
  static void create(Path directory, CollectionSpec spec) {
    StoreFiles.createDirectories(directory.resolve("index"));
    StoreFiles.createDirectories(directory.resolve("adapters"));
    CollectionDescription.write(directory, spec);
  }

  /** Opens an existing collection. */
  static LuceneCollection open(
      Path directory,
      CollectionSpec spec,
      @Nullable Embedder embedder,
      TrainingQueue queue,
      AttuneOptions options) {
    String name = String.valueOf(directory.getFileName());
    try {
      var collection = new LuceneCollection(name, directory, spec, embedder, queue, options);
      collection.requireDescribedVectors();
      return collection;
    } catch (IOException e) {
      throw StoreFiles.failed(directory, "open", e);
    }
  }

  /** A description that was swapped or edited must not lead to wrong scores. */
  private void requireDescribedVectors() throws IOException {
    IndexSearcher current = searchers.acquire();
    FieldInfo vectors =
        FieldInfos.getMergedFieldInfos(current.getIndexReader()).fieldInfo(Fields.VECTOR);
    searchers.release(current);
    if (vectors != null && !mapper.fits(vectors, spec.dimension())) {
      close();
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: says %d dimensions and %s, but the index has vectors of %d and Lucene's %s"
              .formatted(
                  directory.resolve(CollectionDescription.FILE),
                  spec.dimension(),
                  spec.similarity(),
                  vectors.getVectorDimension(),
                  vectors.getVectorSimilarityFunction()));
    }
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
    List<org.apache.lucene.document.Document> mapped =
        intake.prepare(documents).stream().map(mapper::toLucene).toList();
    write(
        () -> {
          for (int i = 0; i < mapped.size(); i++) {
            writer.updateDocument(new Term(Fields.ID, documents.get(i).id()), mapped.get(i));
          }
          return (long) mapped.size();
        });
  }

  @Override
  public long delete(Collection<String> ids) {
    LinkedHashSet<BytesRef> terms = new LinkedHashSet<>();
    ids.stream().filter(Snapshot::canBeStored).forEach(id -> terms.add(new BytesRef(id)));
    return deleteMatching(new TermInSetQuery(Fields.ID, terms));
  }

  @Override
  public long delete(Filter filter) {
    filter.requireWithinLimits();
    return deleteMatching(FilterCompiler.compile(filter));
  }

  private long deleteMatching(org.apache.lucene.search.Query query) {
    return write(
        () -> {
          IndexSearcher current = searchers.acquire();
          try {
            long matching = current.count(query);
            writer.deleteDocuments(query);
            return matching;
          } finally {
            searchers.release(current);
          }
        });
  }

  /** Changes to the writer, not yet committed. */
  @FunctionalInterface
  private interface Change {
    long apply() throws IOException;
  }

  private synchronized long write(Change change) {
    if (failed) {
      throw new StoreException(
          ErrorCode.STORE_IO,
          "collection '%s' refuses writes after a failed one, until the store is opened again"
              .formatted(name));
    }
    try {
      long affected = change.apply();
      writer.commit();
      searchers.maybeRefreshBlocking();
      return affected;
    } catch (AlreadyClosedException e) {
      if (writer.getTragicException() == null) {
        throw closed(e);
      }
      // A merge in the background failed, by which Lucene closed the writer.
      failed = true;
      throw StoreFiles.failed(directory.resolve("index"), "write", new IOException(e));
    } catch (IOException e) {
      giveUp(e);
      throw StoreFiles.failed(directory.resolve("index"), "write", e);
    } catch (RuntimeException e) {
      // A part of the batch is in the writer, and the next commit would publish it.
      giveUp(e);
      throw new StoreException(
          ErrorCode.STORE_IO, "can't write %s: %s".formatted(directory.resolve("index"), e), e);
    }
  }

  private void giveUp(Exception failure) {
    failed = true;
    try {
      writer.rollback();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private IllegalStateException closed(AlreadyClosedException cause) {
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
    return views.snapshot(this::resolve);
  }

  private @Nullable AppliedAdapter resolve(AdapterChoice choice) {
    return switch (choice) {
      case AdapterChoice.None none -> null;
      case AdapterChoice.Active active -> adapters.active();
      case AdapterChoice.Version version -> adapters.applied(version.id());
    };
  }

  @Override
  public DeepMemory deepMemory() {
    return deepMemory;
  }

  @Override
  public CollectionStats stats() {
    return views.read(
        view -> {
          long bytes = 0;
          for (String file : files.listAll()) {
            bytes += length(file);
          }
          return view.snapshot().stats(bytes);
        });
  }

  private long length(String file) throws IOException {
    try {
      return files.fileLength(file);
    } catch (NoSuchFileException e) {
      // A write or a merge has deleted it since the folder was listed.
      return 0;
    }
  }

  /** Stops training and closes snapshots and files; reads that have begun are finished. */
  @Override
  public synchronized void close() {
    deepMemory.stop();
    try {
      views.close();
      // Everything acknowledged was committed; closing must not commit a failed write's rest.
      writer.rollback();
      files.close();
    } catch (IOException e) {
      throw StoreFiles.failed(directory, "close", e);
    }
  }

  boolean hasEmbedder() {
    return embedder != null;
  }
}
