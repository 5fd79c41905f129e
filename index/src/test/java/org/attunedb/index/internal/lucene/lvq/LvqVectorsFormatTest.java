package org.attunedb.index.internal.lucene.lvq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec by itself: an index of Lucene's with one field of vectors. */
class LvqVectorsFormatTest {
  private static final String FIELD = "v";
  private static final String ID = "id";
  private static final int VECTORS = 600;
  private static final int DIMENSION = 48;
  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(5);
  private final float[][] vectors = new float[VECTORS][DIMENSION];

  LvqVectorsFormatTest() {
    for (float[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
  }

  private static IndexWriterConfig config() {
    // Graphs from about ten vectors on.
    KnnVectorsFormat format = new LvqVectorsFormat(16, 100, 4, 1, null);
    TieredMergePolicy merging = new TieredMergePolicy();
    merging.setNoCFSRatio(0);
    return new IndexWriterConfig()
        .setMergePolicy(merging)
        .setUseCompoundFile(false)
        .setCodec(
            new Lucene104Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
              }
            });
  }

  private Document document(int i) {
    Document document = new Document();
    document.add(new StringField(ID, Integer.toString(i), Field.Store.YES));
    document.add(new NumericDocValuesField("order", -i));
    document.add(new KnnFloatVectorField(FIELD, vectors[i], SIMILARITY));
    return document;
  }

  /** Documents without a vector lie between: ordinals are not document numbers. */
  private void write(IndexWriterConfig config) throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < VECTORS; i++) {
        writer.addDocument(document(i));
        if (i % 3 == 0) {
          writer.addDocument(new Document());
        }
        if (i % 200 == 0) {
          writer.flush();
        }
      }
      writer.forceMerge(1);
    }
  }

  /** The vectors of all live documents by their ids. */
  private static Map<String, float[]> stored(DirectoryReader index) throws IOException {
    Map<String, float[]> found = new TreeMap<>();
    for (LeafReaderContext context : index.leaves()) {
      LeafReader leaf = context.reader();
      FloatVectorValues values = leaf.getFloatVectorValues(FIELD);
      KnnVectorValues.DocIndexIterator docs = values.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if (leaf.getLiveDocs() == null || leaf.getLiveDocs().get(doc)) {
          String id = leaf.storedFields().document(doc).get(ID);
          found.put(id, values.vectorValue(docs.index()).clone());
        }
      }
    }
    return found;
  }

  private float[] rounded(int i) {
    byte[] record = new byte[LvqCode.recordBytes(DIMENSION)];
    LvqCode.encode(vectors[i], record);
    float[] vector = new float[DIMENSION];
    LvqCode.decode(record, vector);
    return vector;
  }

  private void assertStored(DirectoryReader index, int from) throws IOException {
    Map<String, float[]> found = stored(index);
    assertThat(found).hasSize(VECTORS - from);
    for (int i = from; i < VECTORS; i++) {
      assertThat(found.get(Integer.toString(i))).as("vector %d", i).isEqualTo(rounded(i));
    }
  }

  @Test
  void read_mergedAndSparse_isWhatWasRoundedOnce() throws IOException {
    write(config());
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      assertThat(index.leaves()).hasSize(1);
      assertStored(index, 0);
    }
  }

  /** Lucene may sort documents when a segment is written. */
  @Test
  void read_sortedSegments_belongToTheirDocuments() throws IOException {
    write(config().setIndexSort(new Sort(new SortField("order", SortField.Type.LONG))));
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      assertStored(index, 0);
    }
  }

  @Test
  void merge_again_changesNoVector() throws IOException {
    write(config());
    for (int round = 1; round <= 10; round++) {
      try (Directory directory = FSDirectory.open(folder);
          IndexWriter writer = new IndexWriter(directory, config())) {
        writer.deleteDocuments(new Term(ID, Integer.toString(round - 1)));
        writer.forceMerge(1);
      }
    }
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      assertThat(index.numDeletedDocs()).isZero();
      assertStored(index, 10);
    }
  }

  @Test
  void files_records_areAByteForEachComponentAndNothingElse() throws IOException {
    write(config());

    assertThat(Files.size(file(LvqFlatFormat.RECORDS_EXTENSION)))
        .isBetween(VECTORS * (DIMENSION + 16L), VECTORS * (DIMENSION + 17L) + 1_000);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.matches(".*\\.(vec|veq|vemf)"));
    }
  }

  private Path file(String extension) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> path.toString().endsWith("." + extension))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Some bytes of records and description: each is told and named, none is ignored. */
  @ParameterizedTest
  @ValueSource(strings = {LvqFlatFormat.RECORDS_EXTENSION, LvqFlatFormat.DESCRIPTION_EXTENSION})
  void checkIntegrity_flippedByte_namesTheFile(String extension) throws IOException {
    write(config());
    Path file = file(extension);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      int place = i == 0 ? 0 : i == 1 ? whole.length - 1 : random.nextInt(whole.length);
      damaged[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);

      assertThatExceptionOfType(IOException.class)
          .as("byte %d of %s", place, file)
          .isThrownBy(
              () -> {
                try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
                  index.leaves().getFirst().reader().checkIntegrity();
                }
              })
          .withMessageContaining(file.getFileName().toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {LvqFlatFormat.RECORDS_EXTENSION, LvqFlatFormat.DESCRIPTION_EXTENSION})
  void open_cutFile_isRefused(String extension) throws IOException {
    write(config());
    Path file = file(extension);
    byte[] whole = Files.readAllBytes(file);
    for (int length : List.of(0, 10, whole.length / 2, whole.length - 1)) {
      Files.write(file, Arrays.copyOf(whole, length));

      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> DirectoryReader.open(FSDirectory.open(folder)));
    }
  }
}
