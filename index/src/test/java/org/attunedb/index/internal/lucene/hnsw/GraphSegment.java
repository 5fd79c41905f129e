package org.attunedb.index.internal.lucene.hnsw;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.attunedb.index.internal.lucene.ReadAhead;

/** One segment of nothing but vectors, the first of which is document 0, with Lucene's graph. */
final class GraphSegment implements Closeable {
  static final String FIELD = "v";

  private final DirectoryReader index;

  private GraphSegment(DirectoryReader index) {
    this.index = index;
  }

  static GraphSegment write(
      Directory directory, VectorSimilarityFunction similarity, List<float[]> vectors)
      throws IOException {
    KnnVectorsFormat format = new Lucene99HnswVectorsFormat(16, 60, 1, null, 0);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setUseCompoundFile(false)
            .setCodec(
                new Lucene104Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return format;
                  }
                });
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (float[] vector : vectors) {
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vector, similarity));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    return open(directory);
  }

  static GraphSegment open(Directory directory) throws IOException {
    return new GraphSegment(DirectoryReader.open(directory));
  }

  CodecReader leaf() {
    return (CodecReader) index.leaves().getFirst().reader();
  }

  Lucene99HnswVectorsReader reader() {
    KnnVectorsReader vectors = leaf().getVectorReader();
    return (Lucene99HnswVectorsReader)
        (vectors instanceof PerFieldKnnVectorsFormat.FieldsReader fields
            ? Objects.requireNonNull(fields.getFieldReader(FIELD))
            : vectors);
  }

  HnswWalker walker(ReadAhead ahead) throws IOException {
    FieldInfo field = Objects.requireNonNull(leaf().getFieldInfos().fieldInfo(FIELD));
    return Objects.requireNonNull(HnswWalker.of(reader(), field, "_0", GraphMemory.none(), ahead));
  }

  RandomVectorScorer scorer(float[] query) throws IOException {
    return reader().getFlatVectorsReader().getRandomVectorScorer(FIELD, query);
  }

  /** Of all vectors. */
  float[] scores(float[] query) throws IOException {
    int size = index.maxDoc();
    int[] nodes = new int[size];
    for (int i = 0; i < size; i++) {
      nodes[i] = i;
    }
    float[] scores = new float[size];
    scorer(query).bulkScore(nodes, scores, size);
    return scores;
  }

  @Override
  public void close() throws IOException {
    index.close();
  }
}
