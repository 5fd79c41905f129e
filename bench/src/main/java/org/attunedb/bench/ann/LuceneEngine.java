package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.jspecify.annotations.Nullable;

/**
 * Lucene as its users have it: its own codec with the limit of 1,024 dimensions lifted, one
 * segment. Document numbers become rows through an array, which costs Lucene nothing.
 */
final class LuceneEngine implements Engine {
  private static final String VECTOR = "vector";
  private static final String ROW = "row";
  private static final double BUFFER_MEGABYTES = 256;

  private final EngineTask task;
  private final Way way;
  private final FSDirectory directory;
  private @Nullable DirectoryReader reader;

  /** How Lucene is asked. */
  enum Way {
    /** By a query through an {@link IndexSearcher}. */
    QUERY,
    /** The one leaf directly. */
    LEAF
  }

  LuceneEngine(EngineTask task, Way way) {
    this.task = task;
    this.way = way;
    try {
      this.directory = FSDirectory.open(task.folder());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void build(RowFile base, IntConsumer progress) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(new WideCodec(task.graph()))
            .setRAMBufferSizeMB(BUFFER_MEGABYTES);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int row = 0; row < base.rows(); row++) {
        writer.addDocument(document(base, row));
        if (row % 1_000 == 0) {
          progress.accept(row);
        }
      }
      writer.forceMerge(1);
      writer.commit();
    }
    reader = DirectoryReader.open(directory);
  }

  private Document document(RowFile base, int row) {
    Document document = new Document();
    float[] vector = Closeness.prepare(task.similarity(), base.floats(row));
    document.add(new KnnFloatVectorField(VECTOR, vector, function(task.similarity())));
    document.add(new NumericDocValuesField(ROW, row));
    if (!task.selectivities().isEmpty()) {
      document.add(new IntPoint(Attributes.NAME, Attributes.of(row)));
    }
    return document;
  }

  static VectorSimilarityFunction function(Similarity similarity) {
    return switch (similarity) {
      case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
      case DOT_PRODUCT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
      case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
    };
  }

  @Override
  public OptionalLong diskBytes() throws IOException {
    return OptionalLong.of(FolderSize.of(task.folder()));
  }

  @Override
  public List<SearchSetting> settings() {
    return way == Way.LEAF && !task.selectivities().isEmpty() ? List.of() : task.walks();
  }

  @Override
  public Lookup<TopDocs> lookup(float[][] queries, SearchSetting setting) throws IOException {
    if (reader == null) {
      throw new IllegalStateException("not built");
    }
    LeafReader leaf = reader.leaves().getFirst().reader();
    int[] rows = new int[leaf.maxDoc()];
    NumericDocValues values = leaf.getNumericDocValues(ROW);
    for (int doc = values.nextDoc(); doc < rows.length; doc = values.nextDoc()) {
      rows[doc] = (int) values.longValue();
    }
    float[][] prepared = new float[queries.length][];
    for (int q = 0; q < queries.length; q++) {
      prepared[q] = Closeness.prepare(task.similarity(), queries[q]);
    }
    return switch (way) {
      case QUERY -> new Queries(new IndexSearcher(reader), VECTOR, prepared, setting, rows);
      case LEAF -> new Leaf(leaf, prepared, setting, rows);
    };
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      if (reader != null) {
        reader.close();
      }
    }
  }

  /** By query; k is also Lucene's ef, so more is asked for and cut. */
  static final class Queries implements Lookup<TopDocs> {
    private final IndexSearcher searcher;
    private final String field;
    private final float[][] queries;
    private final SearchSetting setting;
    private final int[] rows;

    Queries(
        IndexSearcher searcher,
        String field,
        float[][] queries,
        SearchSetting setting,
        int[] rows) {
      this.searcher = searcher;
      this.field = field;
      this.queries = queries;
      this.setting = setting;
      this.rows = rows;
    }

    @Override
    public TopDocs find(int query) throws IOException {
      Query filter =
          setting.selectivity().isEmpty()
              ? null
              : IntPoint.newRangeQuery(
                  Attributes.NAME, 0, Attributes.limit(setting.selectivity().getAsDouble()) - 1);
      return searcher.search(
          new KnnFloatVectorQuery(field, queries[query], setting.ef(), filter), setting.k());
    }

    @Override
    public int[] rows(TopDocs answer) {
      return rowsOf(answer, setting.k(), rows);
    }
  }

  private static final class Leaf implements Lookup<TopDocs> {
    private final LeafReader leaf;
    private final float[][] queries;
    private final SearchSetting setting;
    private final int[] rows;

    Leaf(LeafReader leaf, float[][] queries, SearchSetting setting, int[] rows) {
      this.leaf = leaf;
      this.queries = queries;
      this.setting = setting;
      this.rows = rows;
    }

    @Override
    public TopDocs find(int query) throws IOException {
      return leaf.searchNearestVectors(
          VECTOR,
          queries[query],
          setting.ef(),
          AcceptDocs.fromLiveDocs(leaf.getLiveDocs(), leaf.maxDoc()),
          Integer.MAX_VALUE);
    }

    @Override
    public int[] rows(TopDocs answer) {
      return rowsOf(answer, setting.k(), rows);
    }
  }

  private static int[] rowsOf(TopDocs answer, int k, int[] rows) {
    ScoreDoc[] hits = answer.scoreDocs;
    int[] found = new int[Math.min(k, hits.length)];
    for (int i = 0; i < found.length; i++) {
      found[i] = rows[hits[i].doc];
    }
    return found;
  }

  /** Lucene's codec for vectors of up to {@value Embedding#MAX_DIMENSION} dimensions. */
  private static final class WideCodec extends Lucene104Codec {
    private final KnnVectorsFormat format;

    WideCodec(EngineTask.Graph graph) {
      this.format = new Wide(new Lucene99HnswVectorsFormat(graph.m(), graph.efConstruction()));
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
      return format;
    }
  }

  /** Has the name of what it wraps, so that Lucene reads the files with its own class. */
  static final class Wide extends KnnVectorsFormat {
    private final KnnVectorsFormat wrapped;

    Wide(KnnVectorsFormat wrapped) {
      super(wrapped.getName());
      this.wrapped = wrapped;
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return wrapped.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return wrapped.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
      return Embedding.MAX_DIMENSION;
    }
  }
}
