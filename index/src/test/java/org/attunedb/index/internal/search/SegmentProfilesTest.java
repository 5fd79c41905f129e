package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
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
        float[] vector = new float[DIMENSION];
        for (int c = 0; c < DIMENSION; c++) {
          vector[c] = (float) random.nextGaussian();
        }
        Document document = new Document();
        document.add(new SortedDocValuesField(Fields.ID, new BytesRef("d" + i)));
        document.add(
            new KnnFloatVectorField(Fields.VECTOR, vector, VectorSimilarityFunction.EUCLIDEAN));
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

  private LeafReader leaf() {
    return reader.leaves().getFirst().reader();
  }

  @Test
  void wanted_notMeasuredYet_isMeasuredOnceInTheBackground() throws IOException {
    SegmentProfile profile = profiles.of(leaf());
    assertThat(profile.hasGraph()).isTrue();

    assertThat(profiles.wanted(leaf(), profile)).isNull();
    assertThat(profiles.wanted(leaf(), profile)).isNull();

    assertThat(waiting).hasSize(1);
    waiting.remove().run();
    Calibration measured = Objects.requireNonNull(profiles.wanted(leaf(), profile));
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
      assertThat(profiles.wanted(other.leaves().getFirst().reader(), profile)).isNull();
    }
    waiting.remove().run();
    assertThat(profiles.known(profile)).isNull();

    assertThat(profiles.wanted(leaf(), profile)).isNull();

    waiting.remove().run();
    assertThat(profiles.known(profile)).isNotNull();
  }

  @Test
  void close_measurementUnderWay_endsItAndWaits() throws Exception {
    SegmentProfile profile = profiles.of(leaf());
    profiles.wanted(leaf(), profile);
    Thread measuring = Thread.ofPlatform().daemon().start(waiting.remove());
    while (leaf().getRefCount() == 1 && measuring.isAlive()) {
      Thread.onSpinWait();
    }

    profiles.close();

    assertThat(leaf().getRefCount()).isEqualTo(1);
    assertThat(profiles.wanted(leaf(), profile)).isEqualTo(profiles.known(profile));
    assertThat(waiting).isEmpty();
  }

  @Test
  void warm_openCollection_measures() throws IOException {
    profiles.warm(leaf());

    assertThat(profiles.known(profiles.of(leaf()))).isNotNull();
  }

  @Test
  void warm_closedCollection_endsWithoutMeasuring() throws IOException {
    profiles.close();

    profiles.warm(leaf());

    assertThat(profiles.known(profiles.of(leaf()))).isNull();
  }
}
