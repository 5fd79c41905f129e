package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.Similarity;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.MergeWorkers;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.VectorCodec;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.attunedb.index.internal.lucene.hnsw.HnswWalker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who measures a segment with a graph, and who does not. */
@Timeout(120)
class SegmentProfilesTest {
  private static final int VECTORS = 2_400;
  private static final int DIMENSION = 8;

  /** What searches had put off. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final GraphMemory memory = new GraphMemory(64 << 20);
  private final SegmentProfiles profiles =
      new SegmentProfiles(Similarity.EUCLIDEAN, memory, ReadAhead.none(), waiting::add);
  private DirectoryReader reader;

  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    CollectionSpec spec = CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN);
    try (MergeWorkers workers = new MergeWorkers(1);
        IndexWriter writer =
            new IndexWriter(
                directory, new IndexWriterConfig().setCodec(new VectorCodec(spec, workers)))) {
      for (int i = 0; i < VECTORS; i++) {
        Document document = new Document();
        document.add(new SortedDocValuesField(Fields.ID, id(i)));
        document.add(
            new KnnFloatVectorField(
                Fields.VECTOR, vector(random), VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
        if (i == VECTORS / 2) {
          writer.flush();
        }
      }
      writer.forceMerge(1);
    }
    reader = DirectoryReader.open(directory);
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    directory.close();
  }

  private static BytesRef id(int i) {
    return new BytesRef("d" + i);
  }

  private LeafReader leaf() {
    return reader.leaves().getFirst().reader();
  }

  @Test
  void wanted_notMeasuredYet_isMeasuredOnceInTheBackground() throws IOException {
    SegmentProfile profile = profiles.of(leaf());
    assertThat(profile.hasGraph()).isTrue();

    assertThat(profiles.wanted(leaf(), profile, false)).isNull();
    assertThat(profiles.wanted(leaf(), profile, false)).isNull();

    assertThat(waiting).hasSize(1);
    waiting.remove().run();
    Calibration measured = Objects.requireNonNull(profiles.wanted(leaf(), profile, false));
    assertThat(measured.ef(0.9, 10)).isBetween(10, 512);
    assertThat(waiting).isEmpty();
    assertThat(leaf().getRefCount()).isEqualTo(1);
  }

  @Test
  void of_segmentThatWasWalked_keepsItsMemoryUntilTheSegmentIsClosed() throws IOException {
    long all = memory.left();
    SegmentProfile profile = profiles.of(leaf());
    HnswWalker walker = Objects.requireNonNull(profile.walker());
    walker.walk(new float[DIMENSION], new TopKnnCollector(10, Integer.MAX_VALUE), null);
    long walked = memory.left();

    assertThat(profiles.of(leaf())).isSameAs(profile);
    assertThat(walked).isLessThan(all);

    reader.close();

    assertThat(memory.left()).isEqualTo(all);
  }

  @Test
  void wanted_viewIsGoneBeforeTheMeasurement_isAskedForAgain() throws IOException {
    SegmentProfile profile = profiles.of(leaf());
    try (DirectoryReader other = DirectoryReader.open(directory)) {
      assertThat(profiles.wanted(other.leaves().getFirst().reader(), profile, false)).isNull();
    }
    waiting.remove().run();
    assertThat(profiles.known(profile, false)).isNull();

    assertThat(profiles.wanted(leaf(), profile, false)).isNull();

    waiting.remove().run();
    assertThat(profiles.known(profile, false)).isNotNull();
  }

  @Test
  void close_measurementUnderWay_endsItAndWaits() throws Exception {
    SegmentProfile profile = profiles.of(leaf());
    profiles.wanted(leaf(), profile, false);
    Thread measuring = Thread.ofPlatform().daemon().start(waiting.remove());
    while (leaf().getRefCount() == 1 && measuring.isAlive()) {
      Thread.onSpinWait();
    }

    profiles.close();

    assertThat(leaf().getRefCount()).isEqualTo(1);
    assertThat(profiles.wanted(leaf(), profile, false)).isEqualTo(profiles.known(profile, false));
    assertThat(waiting).isEmpty();
  }

  @Test
  void warm_openCollection_measures() throws IOException {
    profiles.warm(leaf());

    assertThat(profiles.known(profiles.of(leaf()), false)).isNotNull();
  }

  @Test
  void warm_closedCollection_endsWithoutMeasuring() throws IOException {
    profiles.close();

    profiles.warm(leaf());

    assertThat(profiles.known(profiles.of(leaf()), false)).isNull();
  }

  private static float[] vector(SplittableRandom random) {
    float[] vector = new float[DIMENSION];
    for (int c = 0; c < DIMENSION; c++) {
      vector[c] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static void search(SegmentProfiles searched, int queries) {
    SplittableRandom random = new SplittableRandom(queries);
    for (int i = 0; i < queries; i++) {
      searched.searched(vector(random));
    }
  }

  @Test
  void wanted_enoughQueriesCame_isMeasuredWithThemOnceInTheBackground() throws IOException {
    profiles.warm(leaf());
    SegmentProfile profile = profiles.of(leaf());
    Calibration made = Objects.requireNonNull(profiles.known(profile, false));
    search(profiles, QuerySample.SIZE - 1);
    assertThat(profiles.wanted(leaf(), profile, false)).isEqualTo(made);
    assertThat(waiting).isEmpty();

    search(profiles, QuerySample.SIZE);
    assertThat(profiles.wanted(leaf(), profile, false)).isEqualTo(made);
    assertThat(profiles.wanted(leaf(), profile, false)).isEqualTo(made);
    assertThat(waiting).hasSize(1);
    waiting.remove().run();

    assertThat(profiles.wanted(leaf(), profile, false)).isNotNull().isNotEqualTo(made);
    assertThat(waiting).isEmpty();
    assertThat(profiles.hasUnsaved()).isTrue();
    assertThat(profiles.stored(reader.leaves())).hasSize(2);
    assertThat(leaf().getRefCount()).isEqualTo(1);
  }

  @Test
  void wanted_repeatable_staysWhatItWasHoweverMuchIsSearched() throws IOException {
    profiles.warm(leaf());
    SegmentProfile profile = profiles.of(leaf());
    Calibration made = Objects.requireNonNull(profiles.known(profile, true));
    search(profiles, QuerySample.SIZE);

    assertThat(profiles.wanted(leaf(), profile, true)).isEqualTo(made);
    assertThat(waiting).isEmpty();

    profiles.wanted(leaf(), profile, false);
    waiting.remove().run();
    assertThat(profiles.wanted(leaf(), profile, true)).isEqualTo(made);
    assertThat(profiles.wanted(leaf(), profile, false)).isNotEqualTo(made);
  }

  @Test
  void wanted_vectorsLargerThanMemory_areNotReadForTheSample() throws IOException {
    SegmentProfiles large =
        new SegmentProfiles(Similarity.EUCLIDEAN, memory, new ReadAhead(1), waiting::add);
    large.warm(leaf());
    SegmentProfile profile = large.of(leaf());
    Calibration made = Objects.requireNonNull(large.known(profile, false));
    search(large, QuerySample.SIZE);
    large.wanted(leaf(), profile, false);

    waiting.remove().run();

    assertThat(large.wanted(leaf(), profile, false)).isEqualTo(made);
    assertThat(waiting).isEmpty();
  }

  @Test
  void wanted_sampleHasBecomeAnotherSoon_waitsTwentyTimesAsLongAsTheLastMeasurementTook()
      throws IOException {
    AtomicLong nanos = new AtomicLong();
    SegmentProfiles busy =
        new SegmentProfiles(
            Similarity.EUCLIDEAN,
            memory,
            ReadAhead.none(),
            waiting::add,
            () -> nanos.getAndAdd(1_000));
    busy.warm(leaf());
    SegmentProfile profile = busy.of(leaf());
    search(busy, QuerySample.SIZE);
    busy.wanted(leaf(), profile, false);
    waiting.remove().run();

    search(busy, 5 * QuerySample.SIZE);
    busy.wanted(leaf(), profile, false);
    assertThat(waiting).isEmpty();

    nanos.addAndGet(20_000);
    busy.wanted(leaf(), profile, false);
    assertThat(waiting).hasSize(1);
  }

  @Test
  void close_measurementWithTheSampleUnderWay_endsItAndWaits() throws Exception {
    profiles.warm(leaf());
    SegmentProfile profile = profiles.of(leaf());
    search(profiles, QuerySample.SIZE);
    profiles.wanted(leaf(), profile, false);
    Thread measuring = Thread.ofPlatform().daemon().start(waiting.remove());
    while (leaf().getRefCount() == 1 && measuring.isAlive()) {
      Thread.onSpinWait();
    }

    profiles.close();

    assertThat(leaf().getRefCount()).isEqualTo(1);
    profiles.wanted(leaf(), profile, false);
    assertThat(waiting).isEmpty();
  }

  @Test
  void close_measurementWithTheSampleNotBegun_leavesItOut() throws IOException {
    profiles.warm(leaf());
    SegmentProfile profile = profiles.of(leaf());
    Calibration made = profiles.known(profile, false);
    search(profiles, QuerySample.SIZE);
    profiles.wanted(leaf(), profile, false);

    profiles.close();
    waiting.remove().run();

    assertThat(profiles.known(profile, false)).isEqualTo(made);
    assertThat(leaf().getRefCount()).isEqualTo(1);
  }

  @Test
  void warm_segmentWithDeletions_measuresItAsItWasBefore() throws IOException {
    profiles.warm(leaf());
    Calibration before = Objects.requireNonNull(profiles.known(profiles.of(leaf()), false));
    try (IndexWriter writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig()
                .setOpenMode(OpenMode.APPEND)
                .setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int i = 0; i < VECTORS; i += 3) {
        writer.deleteDocuments(SortedDocValuesField.newSlowExactQuery(Fields.ID, id(i)));
      }
    }

    try (DirectoryReader deleted = DirectoryReader.open(directory)) {
      LeafReader segment = deleted.leaves().getFirst().reader();
      assertThat(segment.numDeletedDocs()).isEqualTo(VECTORS / 3);
      SegmentProfiles later =
          new SegmentProfiles(Similarity.EUCLIDEAN, memory, ReadAhead.none(), waiting::add);
      later.warm(segment);
      assertThat(later.known(later.of(segment), false)).isEqualTo(before);
    }
  }
}
