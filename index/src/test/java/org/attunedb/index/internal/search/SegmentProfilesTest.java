package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.Similarity;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.MergeWorkers;
import org.attunedb.index.internal.lucene.VectorCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who measures a segment with a graph, and who does not. */
@Timeout(120)
class SegmentProfilesTest {
  private static final int VECTORS = 2_400;
  private static final int DIMENSION = 8;

  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final SegmentProfiles profiles = new SegmentProfiles(Similarity.EUCLIDEAN);
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
  void calibration_searchWithATimeout_doesNotMeasureButUsesWhatWasMeasured() throws IOException {
    SegmentProfile profile = profiles.of(leaf());
    SearchClock limited = new SearchClock(System::nanoTime, Duration.ofDays(1));
    assertThat(profile.hasGraph()).isTrue();

    assertThat(profiles.calibration(leaf(), profile, limited)).isNull();

    Calibration measured =
        Objects.requireNonNull(profiles.calibration(leaf(), profile, SearchClock.unlimited()));
    assertThat(measured.ef(0.9, 10)).isBetween(10, 512);
    assertThat(profiles.calibration(leaf(), profile, limited)).isSameAs(measured);
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
