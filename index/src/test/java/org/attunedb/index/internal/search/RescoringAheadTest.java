package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.Similarity;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.FullVectors;
import org.attunedb.index.internal.lucene.MergeWorkers;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.VectorCodec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Candidates that are compared exactly are asked for first, whatever codes lie beside them. */
class RescoringAheadTest {
  private static final int VECTORS = 2_500;
  private static final int DIMENSION = 64;

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(3);
  private final AtomicInteger asked = new AtomicInteger();

  /** Files that count how often some of the full vectors are asked for. */
  private final class CountingDirectory extends FilterDirectory {
    CountingDirectory(Directory files) {
      super(files);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      IndexInput file = super.openInput(name, context);
      return name.endsWith(".vec") ? new CountingInput(file) : file;
    }
  }

  private final class CountingInput extends FilterIndexInput {
    CountingInput(IndexInput file) {
      super("counting", file);
    }

    @Override
    public void prefetch(long from, long length) {
      asked.incrementAndGet();
    }

    @Override
    public IndexInput slice(String description, long from, long length) throws IOException {
      return new CountingInput(in.slice(description, from, length));
    }

    @Override
    public IndexInput clone() {
      return new CountingInput(in.clone());
    }
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private List<float[]> write(VectorFormat format) throws IOException {
    CollectionSpec spec =
        CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN).withVectorFormat(format);
    List<float[]> vectors = new ArrayList<>();
    try (MergeWorkers workers = new MergeWorkers(1);
        Directory files = FSDirectory.open(folder);
        IndexWriter writer =
            new IndexWriter(
                files,
                new IndexWriterConfig()
                    .setCodec(new VectorCodec(spec, workers))
                    .setUseCompoundFile(false))) {
      for (int i = 0; i < VECTORS; i++) {
        vectors.add(vector());
        Document document = new Document();
        document.add(new SortedDocValuesField(Fields.ID, new BytesRef("d" + i)));
        document.add(
            new KnnFloatVectorField(
                Fields.VECTOR, vectors.get(i), VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
        if (i == VECTORS / 2) {
          writer.flush();
        }
      }
      writer.getConfig().getMergePolicy().setNoCFSRatio(0);
      writer.forceMerge(1);
    }
    return vectors;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LVQ8")
  void offer_vectorsLargerThanMemory_asksForEachCandidate(VectorFormat format) throws IOException {
    List<float[]> vectors = write(format);
    try (Directory files = new CountingDirectory(FSDirectory.open(folder));
        DirectoryReader reader = DirectoryReader.open(files)) {
      LeafReader segment = reader.leaves().getFirst().reader();
      MatchingDocs.Leaf leaf = MatchingDocs.Leaf.unfiltered(segment.getContext());
      int[] docs = IntStream.range(0, 40).map(i -> i * 60).toArray();
      TopHits top = new TopHits(10, null, new IdOrder(List.of(segment.getContext())));
      ReadAhead ahead = new ReadAhead(1);
      ahead.add(VECTORS);

      ExactScorer scorer =
          Objects.requireNonNull(
              ExactScorer.of(Similarity.EUCLIDEAN, ahead, leaf, vectors.get(60)));
      scorer.offer(top, docs);

      assertThat(asked.get()).isEqualTo(docs.length);
      assertThat(top.bestFirst().getFirst().doc).isEqualTo(60);
    }
  }

  @ParameterizedTest
  @EnumSource
  void of_anyFormat_isWhatTheSegmentGives(VectorFormat format) throws IOException {
    write(format);
    try (Directory files = FSDirectory.open(folder);
        DirectoryReader reader = DirectoryReader.open(files)) {
      LeafReader segment = reader.leaves().getFirst().reader();
      FloatVectorValues given = segment.getFloatVectorValues(Fields.VECTOR);
      FloatVectorValues full = Objects.requireNonNull(FullVectors.of(segment, Fields.VECTOR));

      assertThat(full.size()).isEqualTo(given.size()).isEqualTo(VECTORS);
      for (int i = 0; i < VECTORS; i += 100) {
        assertThat(full.vectorValue(i)).containsExactly(given.vectorValue(i));
      }
      assertThat(FullVectors.of(segment, "other")).isNull();
    }
  }
}
