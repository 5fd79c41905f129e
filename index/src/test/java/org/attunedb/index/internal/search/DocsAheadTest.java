package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
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
import org.apache.lucene.util.FixedBitSet;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes of the vectors are asked for, in a segment whose every third document has none. */
class DocsAheadTest {
  private static final String FIELD = "vector";
  private static final int DIMENSION = 256;
  private static final int STRIDE = DIMENSION * Float.BYTES;

  /** Five windows of a megabyte. */
  private static final int VECTORS = 5 << 10;

  /** Most vectors asked for beyond the one that is compared: two windows, and one begun. */
  private static final int FARTHEST = 3 << 10;

  @TempDir private Path folder;

  /** The bytes of the vectors that were asked for. */
  private final BitSet asked = new BitSet();

  private final List<AutoCloseable> opened = new ArrayList<>();
  private LeafReader leaf;
  private FloatVectorValues values;

  /** Files that note what is asked of them, in place of the operating system. */
  private final class NotingDirectory extends FilterDirectory {
    NotingDirectory(Directory files) {
      super(files);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      IndexInput file = super.openInput(name, context);
      return name.endsWith(".vec") ? new NotingInput(file, false) : file;
    }
  }

  /** A file that has the vectors, and which documents they belong to, or the vectors of it. */
  private final class NotingInput extends FilterIndexInput {
    private final boolean isVectors;

    NotingInput(IndexInput file, boolean isVectors) {
      super("noting", file);
      this.isVectors = isVectors;
    }

    @Override
    public void prefetch(long from, long length) {
      if (isVectors) {
        asked.set((int) from, (int) (from + length));
      }
    }

    @Override
    public IndexInput slice(String name, long from, long length) throws IOException {
      return new NotingInput(in.slice(name, from, length), length == (long) VECTORS * STRIDE);
    }

    @Override
    public IndexInput clone() {
      return new NotingInput(in.clone(), isVectors);
    }
  }

  @BeforeEach
  void write() throws IOException {
    Directory files = new NotingDirectory(FSDirectory.open(folder));
    opened.add(files);
    SplittableRandom random = new SplittableRandom(3);
    IndexWriterConfig config = new IndexWriterConfig().setUseCompoundFile(false);
    try (IndexWriter writer = new IndexWriter(files, config)) {
      for (int i = 0; i < VECTORS; i++) {
        float[] vector = new float[DIMENSION];
        vector[random.nextInt(DIMENSION)] = 1;
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vector, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
        if (i % 2 == 1) {
          writer.addDocument(new Document());
        }
      }
      writer.forceMerge(1);
    }
    DirectoryReader reader = DirectoryReader.open(files);
    opened.addFirst(reader);
    leaf = reader.leaves().getFirst().reader();
    values = leaf.getFloatVectorValues(FIELD);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private DocsAhead ahead() throws IOException {
    return Objects.requireNonNull(DocsAhead.of(values, new ReadAhead(1)));
  }

  private boolean isAsked(int ordinal) {
    int from = ordinal * STRIDE;
    return asked.nextClearBit(from) >= from + STRIDE;
  }

  private int countAsked() {
    assertThat(asked.cardinality() % STRIDE).isZero();
    return asked.cardinality() / STRIDE;
  }

  @Test
  void of_vectorsThatMemoryHolds_asksForNothing() throws IOException {
    long bytes = (long) VECTORS * STRIDE;

    assertThat(DocsAhead.of(values, ReadAhead.none())).isNull();
    assertThat(DocsAhead.of(values, new ReadAhead(bytes + 1))).isNull();
    assertThat(DocsAhead.of(values, new ReadAhead(bytes))).isNotNull();
  }

  @Test
  void of_segmentsThatAreTooLargeTogether_asksForTheVectorsOfEach() throws IOException {
    ReadAhead ahead = new ReadAhead(2L * VECTORS * STRIDE);
    ahead.add(VECTORS);
    assertThat(DocsAhead.of(values, ahead)).isNull();

    ahead.add(VECTORS);
    assertThat(DocsAhead.of(values, ahead)).isNotNull();

    ahead.add(-VECTORS);
    assertThat(DocsAhead.of(values, ahead)).isNull();
  }

  @Test
  void ask_documents_asksForTheirVectorsAndNoOthers() throws IOException {
    int[] ordinals = {3, 4, 700, VECTORS - 1};
    List<Integer> docs = new ArrayList<>();
    for (int ordinal : ordinals) {
      docs.add(values.ordToDoc(ordinal));
    }
    // The third of each three has no vector.
    docs.add(1, 2 + 3 * 30);
    int[] ascending = docs.stream().mapToInt(doc -> doc).sorted().toArray();

    ahead().ask(ascending);

    for (int ordinal : ordinals) {
      assertThat(isAsked(ordinal)).isTrue();
    }
    assertThat(countAsked()).isEqualTo(ordinals.length);
  }

  @Test
  void scan_ofAll_staysAheadOfWhatIsComparedButNotFar() throws IOException {
    DocsAhead.Scan scan = ahead().scan(null, leaf.maxDoc(), leaf.maxDoc());

    for (int ordinal = 0; ordinal < VECTORS; ordinal++) {
      scan.from(values.ordToDoc(ordinal));
      assertThat(isAsked(ordinal)).isTrue();
      assertThat(countAsked()).isBetween(ordinal + 1, ordinal + FARTHEST);
    }

    assertThat(countAsked()).isEqualTo(VECTORS);
  }

  /** Of ordinals, one of so many is accepted; documents without a vector are, too. */
  @ParameterizedTest
  @ValueSource(ints = {2, 50, 2_000})
  void scan_ofSome_asksForEachOfThem(int step) throws IOException {
    FixedBitSet accepted = new FixedBitSet(leaf.maxDoc());
    int some = 0;
    for (int ordinal = 0; ordinal < VECTORS; ordinal += step) {
      accepted.set(values.ordToDoc(ordinal));
      some++;
    }
    accepted.set(2);
    DocsAhead.Scan scan = ahead().scan(accepted, some + 1, leaf.maxDoc());

    for (int ordinal = 0; ordinal < VECTORS; ordinal += step) {
      scan.from(values.ordToDoc(ordinal));
      assertThat(isAsked(ordinal)).isTrue();
    }

    // Where most pages hold one that is accepted, all are read in a row.
    assertThat(countAsked()).isEqualTo(step == 2 ? VECTORS : some);
  }
}
