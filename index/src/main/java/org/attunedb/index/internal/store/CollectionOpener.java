package org.attunedb.index.internal.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.adapter.WriteGuard;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.OutputFile;
import org.attunedb.index.internal.io.OverlayDirectory;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.jobs.JobStore;
import org.attunedb.index.internal.log.LogRecovery;
import org.attunedb.index.internal.log.Operation;
import org.attunedb.index.internal.log.OperationLog;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.GraphHeap;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.Simd;
import org.attunedb.index.internal.search.SegmentProfiles;
import org.attunedb.index.internal.text.TextAnalysis;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and opens the folder of a collection.
 *
 * <p>Opening: description, checksums of the index within a budget, last commit, replay of the log
 * after it, and a commit of what was replayed, so that every opened collection starts with an empty
 * log. Read-only, the replay goes to the heap. Stateless.
 */
final class CollectionOpener {
  private static final Logger LOGGER = LoggerFactory.getLogger(CollectionOpener.class);
  private static final String INDEX = CollectionLayout.INDEX;
  private static final String LOG = CollectionLayout.LOG;
  private static final String ADAPTERS = CollectionLayout.ADAPTERS;

  /** A writer may replace the commit while a reader opens it: how long that is tried again. */
  private static final Duration READER_PATIENCE = Duration.ofSeconds(30);

  private static final Duration READER_PAUSE = Duration.ofMillis(20);

  private CollectionOpener() {}

  /** Makes the files of a new collection. */
  static void create(StoreFiles files, Path directory, CollectionSpec spec, UUID id) {
    files.createDirectories(directory);
    files.createDirectories(directory.resolve(INDEX));
    files.createDirectories(directory.resolve(LOG));
    AdapterRegistry.create(files, directory.resolve(ADAPTERS));
    try {
      CollectionIndex.create(files.ops().lucene(directory.resolve(INDEX)), spec, id);
    } catch (IOException e) {
      throw StoreFiles.failed(directory.resolve(INDEX), "create", e);
    }
    new CollectionDescription(id, spec).write(files, directory);
  }

  /** Opens an existing collection. */
  static LuceneCollection open(
      StoreContext context, String name, Path directory, @Nullable Embedder embedder) {
    CollectionDescription description = CollectionDescription.read(context.files(), directory);
    Simd.warnIfScalar(LOGGER);
    long start = System.nanoTime();
    while (true) {
      boolean reader = context.readOnly();
      List<Path> before = names(context, directory);
      try {
        return open(context, name, directory, description, embedder);
      } catch (StoreException e) {
        if (reader == context.readOnly()) {
          if (!reader || before.equals(names(context, directory))) {
            throw e;
          }
          awaitWriter(directory, start, e);
        }
        // Else writes have ended since, be it by a merge of this collection: what is there is read.
      }
    }
  }

  /** What a writer changes: a reader that found something missing among it may just be slow. */
  private static List<Path> names(StoreContext context, Path directory) {
    if (!context.readOnly()) {
      return List.of();
    }
    // Which version is active changes only together with what is there: a version that is deleted
    // was switched away from before.
    return Stream.of(INDEX, LOG, ADAPTERS)
        .map(directory::resolve)
        .filter(context.files().ops()::isDirectory)
        .flatMap(folder -> context.files().list(folder).stream())
        .toList();
  }

  private static void awaitWriter(Path directory, long start, StoreException failure) {
    if (System.nanoTime() - start > READER_PATIENCE.toNanos()) {
      throw new StoreException(
          ErrorCode.STORE_IO,
          "can't open %s: a writer changes it faster than it can be read".formatted(directory),
          failure);
    }
    LockSupport.parkNanos(READER_PAUSE.toNanos());
  }

  private static WriteGuard guard(StoreContext context, String name) {
    StoreHealth health = context.health();
    return new WriteGuard() {
      @Override
      public void requireWritable() {
        health.requireWritable();
      }

      @Override
      public void failed(StoreException failure) {
        health.fail(name, failure);
      }
    };
  }

  private static LuceneCollection open(
      StoreContext context,
      String name,
      Path directory,
      CollectionDescription description,
      @Nullable Embedder embedder) {
    CollectionSpec spec = description.spec();
    TextAnalysis analysis = new TextAnalysis();
    AdapterRegistry adapters =
        new AdapterRegistry(
            name, spec, context.files(), directory.resolve(ADAPTERS), guard(context, name));
    if (!context.readOnly()) {
      sweep(context, adapters, directory);
    }
    FileOps logged = logged(context, directory.resolve(LOG));
    SegmentProfiles profiles =
        new SegmentProfiles(
            spec.similarity(),
            context.graphMemory(),
            new ReadAhead(context.files().ops().largeFileBytes()),
            context.workers().pool());
    BackgroundMerges merges =
        context.readOnly()
            ? null
            : new BackgroundMerges(
                context.places(),
                new GraphHeap(spec.m(), spec.dimension()),
                failure -> context.health().fail(name, failure));
    CollectionIndex index = openIndex(context, directory, description, analysis, profiles, merges);
    try {
      OperationLog log = replay(context, logged, directory, description, index);
      GroupCommit writer =
          new GroupCommit(
              name, directory, index, log, context.options().durability(), context.health());
      if (merges != null) {
        merges.onMerged(writer::publishSoon);
      }
      return new LuceneCollection(
          new CollectionParts(
              name,
              directory,
              description.id(),
              spec,
              embedder,
              context,
              analysis,
              adapters,
              profiles,
              index,
              writer));
    } catch (IOException e) {
      IOUtils.closeWhileSuppressingExceptions(e, index);
      throw failed(directory, e);
    } catch (IllegalStateException e) {
      IOUtils.closeWhileSuppressingExceptions(e, index);
      if (!index.hasFailed()) {
        throw e;
      }
      // A merge that the replay began has failed: Lucene says so to whoever asks next, perhaps
      // before the merge does.
      context.health().fail(name, e);
      throw failed(directory, e);
    } catch (RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, index);
      throw e;
    }
  }

  /** What a crash left of versions and jobs means nothing: it keeps nobody from opening. */
  private static void sweep(StoreContext context, AdapterRegistry adapters, Path directory) {
    try {
      adapters.sweep();
      new JobStore(context.files(), directory.resolve(CollectionLayout.JOBS), false).sweep();
    } catch (StoreException e) {
      LOGGER.warn("{}: what a crash left can't be removed: {}", directory, e.getMessage());
    }
  }

  /**
   * Where to replay the log from. A reader takes the log before the commit, which a writer replaces
   * first: so what is no longer in the one is in the other. Marks come before their segments, as
   * they must not know more.
   */
  private static FileOps logged(StoreContext context, Path log) {
    FileOps ops = context.files().ops();
    if (!context.readOnly()) {
      return ops;
    }
    FileOps copy = new HeapFileOps(log);
    try {
      for (Path file : ops.list(log).reversed()) {
        try (OutputFile out = copy.create(file)) {
          out.write(ByteBuffer.wrap(ops.read(file)));
        }
      }
      return copy;
    } catch (IOException e) {
      throw failed(log, e);
    }
  }

  private static CollectionIndex openIndex(
      StoreContext context,
      Path directory,
      CollectionDescription description,
      TextAnalysis analysis,
      SegmentProfiles profiles,
      @Nullable BackgroundMerges merges) {
    CollectionSpec spec = description.spec();
    boolean lexical = spec.embedder().equals(LexicalEmbedder.INFO.name());
    DocumentMapper mapper = new DocumentMapper(spec.similarity(), lexical, analysis);
    Path path = directory.resolve(INDEX);
    try {
      Directory files = context.files().ops().lucene(path);
      try {
        CommitVerifier.verify(files, context.options().verifyBytes(), bytes -> {});
        CollectionIndex index =
            CollectionIndex.open(
                context.readOnly() ? new OverlayDirectory(files) : files,
                spec,
                description.id(),
                mapper,
                analysis,
                profiles,
                context.workers(),
                merges);
        requireDescribedVectors(directory, spec, mapper, index);
        return index;
      } catch (IOException | RuntimeException e) {
        IOUtils.closeWhileSuppressingExceptions(e, files);
        throw e;
      }
    } catch (IOException | IllegalArgumentException e) {
      // Lucene also reports what it can't parse, or a codec it does not know, as bad arguments.
      throw failed(path, e);
    }
  }

  /** A description that was swapped must not lead to wrong scores. */
  private static void requireDescribedVectors(
      Path directory, CollectionSpec spec, DocumentMapper mapper, CollectionIndex index)
      throws IOException {
    FieldInfo vectors = index.vectors();
    if (vectors != null && !mapper.fits(vectors, spec.dimension())) {
      index.close();
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: says %s dimensions and %s, but the index has vectors of %s and Lucene's %s"
              .formatted(
                  directory.resolve(CollectionDescription.FILE),
                  spec.dimension(),
                  spec.similarity(),
                  vectors.getVectorDimension(),
                  vectors.getVectorSimilarityFunction()));
    }
  }

  private static OperationLog replay(
      StoreContext context,
      FileOps logged,
      Path directory,
      CollectionDescription description,
      CollectionIndex index)
      throws IOException {
    FileOps ops = context.files().ops();
    Path path = directory.resolve(LOG);
    long last =
        LogRecovery.replay(
            logged,
            path,
            description.id(),
            index.committed(),
            (sequence, operation) -> apply(index, path, sequence, operation));
    index.publish();
    if (!context.readOnly()) {
      if (last > index.committed()) {
        index.commit(last);
      }
      LogRecovery.clear(ops, path);
      index.resumeMerges();
    }
    return new OperationLog(ops, path, description.id(), last);
  }

  private static void apply(CollectionIndex index, Path log, long sequence, Operation operation)
      throws IOException {
    try {
      index.apply(index.prepare(operation));
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: operation %s can't be applied: %s".formatted(log, sequence, e.getMessage()),
          e);
    }
  }

  /** Says which file, and whether it is damaged or can't be read. */
  private static StoreException failed(Path path, Exception failure) {
    boolean damaged =
        failure instanceof CorruptIndexException
            || failure instanceof IndexNotFoundException
            || failure instanceof IndexFormatTooOldException
            || failure instanceof NoSuchFileException
            || failure instanceof EOFException
            || failure instanceof IllegalArgumentException;
    if (failure instanceof IndexFormatTooNewException) {
      return new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT, path + ": " + failure.getMessage(), failure);
    }
    return damaged
        ? new StoreException(
            ErrorCode.STORE_CORRUPT,
            "%s is damaged: %s".formatted(path, failure.getMessage()),
            failure)
        : StoreFiles.failed(
            path, "open", failure instanceof IOException io ? io : new IOException(failure));
  }
}
