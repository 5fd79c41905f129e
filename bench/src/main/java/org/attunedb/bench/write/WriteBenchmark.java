package org.attunedb.bench.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.attunedb.core.Similarity;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.Durability;
import org.attunedb.index.VectorCollection;

/** Runs the measurements in one folder. Not thread-safe. */
final class WriteBenchmark {
  private static final String COLLECTION = "bench";
  private static final int BATCH = WriteScale.BATCH;
  private static final int WRITERS = WriteScale.WRITERS;
  private static final int DOCUMENT_DIMENSION = 128;
  private static final int LOAD_BATCH = 5_000;

  private final Path folder;
  private final WriteScale scale;
  private final Listener listener;
  private String step = "";
  private long done;

  /** Is told how far it is. */
  @FunctionalInterface
  interface Listener {
    /**
     * Tells the progress.
     *
     * @param done documents written so far, of {@link WriteScale#total()}
     * @param step what is being measured
     */
    void update(long done, String step);
  }

  WriteBenchmark(Path folder, WriteScale scale, Listener listener) {
    this.folder = folder;
    this.scale = scale;
    this.listener = listener;
  }

  private void begin(String newStep) {
    step = newStep;
    advance(0);
  }

  /** Called outside of what is timed. */
  private void advance(long written) {
    done += written;
    listener.update(done, step);
  }

  WriteResult run() throws IOException, InterruptedException, ExecutionException {
    double[] batches = batches();
    double[] writers = writers();
    begin("latency");
    double fsync = fsync();
    double sync = latency("sync", Durability.sync());
    double visible = latency("visible", Durability.manual());
    double[] openings = openings();
    return new WriteResult(
        scale.dimension(),
        batches[0],
        batches[1],
        writers[0],
        writers[1],
        fsync,
        sync,
        visible,
        scale.documents(),
        DOCUMENT_DIMENSION,
        openings[0],
        scale.operations(),
        openings[1]);
  }

  private Attune open(String name, Durability durability) {
    return Attune.open(folder.resolve(name), AttuneOptions.defaults().withDurability(durability));
  }

  private static VectorCollection create(Attune attune, int dimension) {
    return attune.createCollection(
        COLLECTION, CollectionSpec.vectors(dimension, Similarity.COSINE));
  }

  /** Rows per second of Attune and of Lucene, in turns; the first round warms the JVM up. */
  private double[] batches() throws IOException {
    WriteDocuments source = new WriteDocuments(scale.dimension());
    double[] seconds = new double[2];
    for (int round = 0; round <= scale.rounds(); round++) {
      begin(round == 0 ? "batches, warm-up" : "batches, round " + round);
      double attune;
      try (Attune store = open("batches-" + round, Durability.sync())) {
        VectorCollection collection = create(store, scale.dimension());
        attune = seconds(source, collection::upsert);
      }
      double lucene;
      try (LuceneBaseline baseline = new LuceneBaseline(folder.resolve("lucene-" + round))) {
        lucene = seconds(source, baseline::upsert);
      }
      if (round > 0) {
        seconds[0] += attune;
        seconds[1] += lucene;
      }
    }
    int rows = scale.rounds() * scale.batches() * BATCH;
    return new double[] {rows / seconds[0], rows / seconds[1]};
  }

  @FunctionalInterface
  private interface Sink {
    void write(List<org.attunedb.core.Document> batch) throws IOException;
  }

  private double seconds(WriteDocuments source, Sink sink) throws IOException {
    long nanos = 0;
    for (int batch = 0; batch < scale.batches(); batch++) {
      List<org.attunedb.core.Document> rows = source.batch(batch * BATCH, BATCH);
      long start = System.nanoTime();
      sink.write(rows);
      nanos += System.nanoTime() - start;
      advance(rows.size());
    }
    return nanos / 1e9;
  }

  /** Documents per second of one and of many threads that write one document at a time. */
  private double[] writers() throws InterruptedException, ExecutionException {
    begin("writers");
    try (Attune store = open("writers", Durability.sync())) {
      VectorCollection collection = create(store, scale.dimension());
      // Both kinds of round run once before they count.
      concurrently(collection, 1, scale.singleWrites());
      concurrently(collection, WRITERS, scale.singleWrites());
      double one = concurrently(collection, 1, scale.singleWrites());
      double many = concurrently(collection, WRITERS, scale.singleWrites());
      return new double[] {one, many};
    }
  }

  private double concurrently(VectorCollection collection, int threads, int each)
      throws InterruptedException, ExecutionException {
    WriteDocuments source = new WriteDocuments(scale.dimension());
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread * each;
        writers.add(
            () -> {
              for (int i = first; i < first + each; i++) {
                collection.upsert(List.of(source.document(i)));
              }
              return null;
            });
      }
      long start = System.nanoTime();
      for (Future<Void> writer : pool.invokeAll(writers)) {
        writer.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      advance((long) threads * each);
      return threads * each / seconds;
    }
  }

  private double latency(String name, Durability durability) {
    WriteDocuments source = new WriteDocuments(scale.dimension());
    double[] millis = new double[scale.singleWrites()];
    try (Attune store = open(name, durability)) {
      VectorCollection collection = create(store, scale.dimension());
      collection.upsert(source.batch(scale.singleWrites(), 1_000));
      for (int i = 0; i < scale.singleWrites(); i++) {
        var document = List.of(source.document(i));
        long start = System.nanoTime();
        collection.upsert(document);
        millis[i] = (System.nanoTime() - start) / 1e6;
        advance(1);
      }
    }
    return median(millis);
  }

  private double fsync() throws IOException {
    double[] millis = new double[scale.singleWrites()];
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("fsync"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < scale.singleWrites(); i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(4096));
        channel.force(false);
        millis[i] = (System.nanoTime() - start) / 1e6;
        advance(1);
      }
    }
    return median(millis);
  }

  /** Milliseconds to open what a crash leaves, with an empty and with a full log. */
  private double[] openings() throws IOException, InterruptedException, ExecutionException {
    begin(String.format(Locale.ROOT, "storing %,d documents", scale.documents()));
    WriteDocuments source = new WriteDocuments(DOCUMENT_DIMENSION);
    try (Attune store = open("crash", Durability.manual())) {
      VectorCollection collection = create(store, DOCUMENT_DIMENSION);
      for (int first = 0; first < scale.documents(); first += LOAD_BATCH) {
        int count = Math.min(LOAD_BATCH, scale.documents() - first);
        collection.upsert(source.batch(first, count));
        advance(count);
      }
      collection.checkpoint();
      begin("opening");
      double empty = opening("crash-empty");
      begin(String.format(Locale.ROOT, "logging %,d operations", scale.operations()));
      collection.checkpoint();
      for (int i = 0; i < scale.operations(); i++) {
        collection.upsert(source.batch(scale.documents() + i, 1));
        advance(1);
      }
      begin("replaying");
      return new double[] {empty, opening("crash-log")};
    }
  }

  /** A copy of the files of an open store is what the end of its process leaves. */
  private double opening(String copy) throws IOException {
    copy(folder.resolve("crash"), folder.resolve(copy));
    long start = System.nanoTime();
    try (Attune store = open(copy, Durability.sync())) {
      store.collection(COLLECTION);
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
