package org.attunedb.index.internal.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.OneMergeWrappingMergePolicy;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NRTCachingDirectory;
import org.apache.lucene.util.IOUtils;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.log.Operation;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.FilterCompiler;
import org.attunedb.index.internal.lucene.GraphBuildingMergePolicy;
import org.attunedb.index.internal.lucene.GraphDroppingMerge;
import org.attunedb.index.internal.lucene.MergeWorkers;
import org.attunedb.index.internal.lucene.PausableMergePolicy;
import org.attunedb.index.internal.lucene.RewritingMergePolicy;
import org.attunedb.index.internal.lucene.VectorCodec;
import org.attunedb.index.internal.search.SegmentProfiles;
import org.attunedb.index.internal.text.TextAnalysis;
import org.jspecify.annotations.Nullable;

/**
 * The Lucene index of a collection: takes operations, publishes views of them and commits them with
 * the sequence number up to which they reach. One thread changes it; any number read.
 */
final class CollectionIndex implements Closeable {
  private static final double WRITE_BUFFER_MB = 64;

  /** Of a bulk load, and no more than this part of the largest heap. */
  private static final double BULK_BUFFER_MB = 1_024;

  private static final int BULK_HEAP_PART = 8;

  /**
   * Segments below this size are merged as if they had it. Every group of writes makes a segment,
   * and Lucene's default of 16 MB would copy up to that much for each eight of them.
   */
  private static final double FLOOR_SEGMENT_MB = 2;

  /**
   * The segment of a group of writes is soon merged away: until a commit it stays in memory, which
   * halves the time until a write is visible.
   */
  private static final double CACHED_MERGE_MB = 4;

  private static final double CACHED_MB = 32;

  private final Directory directory;
  private final DocumentMapper mapper;
  private final UUID collection;
  private final SnapshotDeletionPolicy commits;
  private final IndexWriter writer;
  private final VectorCodec codec;
  private final PausableMergePolicy merging;
  private final @Nullable BackgroundMerges merges;
  private final SegmentProfiles profiles;
  private final SearcherManager searchers;
  private final long committed;

  private CollectionIndex(
      Directory directory,
      DocumentMapper mapper,
      UUID collection,
      SnapshotDeletionPolicy commits,
      IndexWriter writer,
      VectorCodec codec,
      PausableMergePolicy merging,
      @Nullable BackgroundMerges merges,
      SegmentProfiles profiles)
      throws IOException {
    this.directory = directory;
    this.mapper = mapper;
    this.collection = collection;
    this.commits = commits;
    this.writer = writer;
    this.codec = codec;
    this.merging = merging;
    this.merges = merges;
    this.profiles = profiles;
    Map<String, String> data = committed(writer);
    this.committed = sequence(data, collection);
    profiles.restore(data);
    this.searchers = new SearcherManager(writer, new Bm25SearcherFactory());
  }

  /** Makes the index of a new collection: an empty one is still a commit that can't get lost. */
  static void create(Directory directory, CollectionSpec spec, UUID collection) throws IOException {
    // Nothing is merged.
    try (directory;
        MergeWorkers workers = new MergeWorkers(1);
        IndexWriter writer =
            new IndexWriter(
                directory,
                config(new VectorCodec(spec, workers), new TextAnalysis())
                    .setOpenMode(OpenMode.CREATE))) {
      writer.setLiveCommitData(commitData(collection, 0).entrySet());
      writer.commit();
    }
  }

  /**
   * Opens the last commit.
   *
   * @param profiles is told of segments that merges make; commits keep what it measured of them
   * @param workers build the graphs of merges
   * @param merges who merges segments and is told when that fails; null for a view that must not
   *     grow by merging
   */
  static CollectionIndex open(
      Directory directory,
      CollectionSpec spec,
      UUID collection,
      DocumentMapper mapper,
      TextAnalysis analysis,
      SegmentProfiles profiles,
      MergeWorkers workers,
      @Nullable BackgroundMerges merges)
      throws IOException {
    SnapshotDeletionPolicy commits =
        new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy());
    VectorCodec codec = new VectorCodec(spec, workers);
    IndexWriterConfig config =
        config(codec, analysis).setOpenMode(OpenMode.APPEND).setIndexDeletionPolicy(commits);
    PausableMergePolicy merging =
        new PausableMergePolicy(config.getMergePolicy(), (long) (WRITE_BUFFER_MB * (1 << 20)));
    if (merges == null) {
      config.setMergePolicy(NoMergePolicy.INSTANCE);
    } else {
      config.setMergePolicy(merging);
      config.setMergeScheduler(merges);
      config.setMergedSegmentWarmer(profiles::warm);
    }
    Directory cached = new NRTCachingDirectory(directory, CACHED_MERGE_MB, CACHED_MB);
    IndexWriter writer = new IndexWriter(cached, config);
    try {
      return new CollectionIndex(
          cached, mapper, collection, commits, writer, codec, merging, merges, profiles);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, writer::rollback);
      throw e;
    }
  }

  private static IndexWriterConfig config(VectorCodec codec, TextAnalysis analysis) {
    TieredMergePolicy merging = new TieredMergePolicy();
    merging.setFloorSegmentMB(FLOOR_SEGMENT_MB);
    return new IndexWriterConfig(analysis.analyzer())
        .setRAMBufferSizeMB(WRITE_BUFFER_MB)
        .setSimilarity(Bm25SearcherFactory.SIMILARITY)
        .setCommitOnClose(false)
        .setMergePolicy(
            new OneMergeWrappingMergePolicy(
                new RewritingMergePolicy(new GraphBuildingMergePolicy(merging), codec::format),
                merge -> new GraphDroppingMerge(merge, codec::format)))
        // A view must not wait for merges.
        .setMaxFullFlushMergeWaitMillis(0)
        .setCodec(codec);
  }

  private static Map<String, String> commitData(UUID collection, long sequence) {
    return new CommitData(collection, sequence).toMap();
  }

  private static Map<String, String> committed(IndexWriter writer) {
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    Map<String, String> entries = new HashMap<>();
    if (data != null) {
      data.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    }
    return entries;
  }

  private static long sequence(Map<String, String> data, UUID collection) throws IOException {
    CommitData read = CommitData.of(data);
    if (!read.collection().equals(collection)) {
      throw new CorruptIndexException(
          "the index belongs to another collection than " + collection, "commit data");
    }
    return read.sequence();
  }

  /** The sequence of the last operation in the commit that was opened. */
  long committed() {
    return committed;
  }

  /** Prepares an operation, which is most of the work of applying it. Thread-safe. */
  Change prepare(Operation operation) {
    return operation instanceof Operation.Upsert upsert
        ? Change.of(upsert, upsert.documents().stream().map(mapper::toLucene).toList())
        : Change.of(operation);
  }

  /** Applies a change; not visible before {@link #publish}. */
  void apply(Change change) throws IOException {
    switch (change.operation()) {
      case Operation.Upsert upsert -> replace(upsert, change.mapped());
      case Operation.DeleteIds delete ->
          writer.deleteDocuments(
              delete.ids().stream().map(id -> new Term(Fields.ID, id)).toArray(Term[]::new));
      case Operation.DeleteMatching delete ->
          writer.deleteDocuments(FilterCompiler.compile(delete.filter()));
      case Operation.DeleteAll all -> writer.deleteAll();
    }
  }

  private void replace(Operation.Upsert upsert, List<Document> mapped) throws IOException {
    for (int i = 0; i < mapped.size(); i++) {
      writer.updateDocument(new Term(Fields.ID, upsert.documents().get(i).id()), mapped.get(i));
    }
  }

  /** Makes a view of everything applied: the end of a group of writes. */
  void publish() throws IOException {
    searchers.maybeRefreshBlocking();
    if (merges != null) {
      merges.endGroup();
    }
  }

  /** Whether there is something to commit, be it only the result of a merge or a calibration. */
  boolean hasUncommitted() {
    return writer.hasUncommittedChanges() || profiles.hasUnsaved();
  }

  /** Makes everything applied durable, as the state after {@code sequence}. */
  void commit(long sequence) throws IOException {
    Map<String, String> data = new HashMap<>(commitData(collection, sequence));
    IndexSearcher view = searchers.acquire();
    try {
      data.putAll(profiles.stored(view.getLeafContexts()));
    } finally {
      searchers.release(view);
    }
    writer.setLiveCommitData(data.entrySet());
    writer.commit();
  }

  /** Goes on in the background with merges that the end of a process or a replay left to do. */
  void resumeMerges() throws IOException {
    writer.maybeMerge();
  }

  /**
   * Until {@link #endBulk}: segments as large as the heap allows, and no merges in between but of
   * small ones that get too many.
   */
  synchronized void beginBulk() {
    if (merging.pause()) {
      double part = Runtime.getRuntime().maxMemory() / (double) BULK_HEAP_PART / (1 << 20);
      writer.getConfig().setRAMBufferSizeMB(Math.clamp(part, WRITE_BUFFER_MB, BULK_BUFFER_MB));
    }
  }

  synchronized void endBulk() {
    if (merging.resume()) {
      writer.getConfig().setRAMBufferSizeMB(WRITE_BUFFER_MB);
    }
  }

  /** Has every segment that is written from now on keep its vectors in a format. */
  void format(VectorFormat format) {
    codec.format(format);
  }

  /** Merges all segments into one without deleted documents, in the collection's format. */
  void compact() throws IOException {
    writer.forceMerge(1);
  }

  /** Whether Lucene closed its writer because an operation failed, perhaps one of its own. */
  boolean hasFailed() {
    return writer.getTragicException() != null;
  }

  /** The last commit, whose files stay until it is released. */
  IndexCommit hold() throws IOException {
    return commits.snapshot();
  }

  void release(IndexCommit commit) throws IOException {
    commits.release(commit);
    writer.deleteUnusedFiles();
  }

  /** Who gives out views. */
  SearcherManager searchers() {
    return searchers;
  }

  /** The newest view, to be released. */
  IndexSearcher acquire() throws IOException {
    return searchers.acquire();
  }

  void release(IndexSearcher searcher) throws IOException {
    searchers.release(searcher);
  }

  /** What the index says of the vector field; null before the first vector. */
  @Nullable FieldInfo vectors() throws IOException {
    IndexSearcher current = searchers.acquire();
    try {
      return FieldInfos.getMergedFieldInfos(current.getIndexReader()).fieldInfo(Fields.VECTOR);
    } finally {
      searchers.release(current);
    }
  }

  /** Bytes of all index files. */
  long diskBytes() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += length(file);
    }
    return bytes;
  }

  private long length(String file) throws IOException {
    try {
      return directory.fileLength(file);
    } catch (NoSuchFileException e) {
      // A write or a merge has deleted it since the folder was listed.
      return 0;
    }
  }

  /** Drops what was not committed. Views stay readable. */
  void rollback() throws IOException {
    profiles.close();
    try {
      writer.rollback();
    } catch (AlreadyClosedException e) {
      // A failure in Lucene closed it already.
      return;
    }
  }

  /** Closes without committing: what was acknowledged is in the log. */
  @Override
  public void close() throws IOException {
    IOUtils.close(searchers, this::rollback, directory);
  }
}
