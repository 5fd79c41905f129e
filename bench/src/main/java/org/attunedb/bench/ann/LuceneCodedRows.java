package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.FSDirectory;
import org.attunedb.core.Similarity;

/** Codes of a format of Lucene's, in one segment without a graph. Not thread-safe. */
final class LuceneCodedRows implements CodedRows {
  private static final String VECTOR = "vector";
  private static final double BUFFER_MEGABYTES = 256;

  private final Similarity similarity;
  private final FSDirectory directory;
  private final DirectoryReader reader;

  LuceneCodedRows(KnnVectorsFormat format, RowFile base, Similarity similarity, Path folder)
      throws IOException {
    this.similarity = similarity;
    this.directory = FSDirectory.open(folder);
    KnnVectorsFormat wide = new LuceneEngine.Wide(format);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setRAMBufferSizeMB(BUFFER_MEGABYTES)
            // Merges neighbours only, so that documents keep the order of the rows.
            .setMergePolicy(new LogDocMergePolicy())
            .setCodec(
                new Lucene104Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return wide;
                  }
                });
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int row = 0; row < base.rows(); row++) {
        Document document = new Document();
        float[] vector = Closeness.prepare(similarity, base.floats(row));
        document.add(new KnnFloatVectorField(VECTOR, vector, LuceneEngine.function(similarity)));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    this.reader = DirectoryReader.open(directory);
  }

  @Override
  public int[] nearest(float[] query, int count) throws IOException {
    LeafReader leaf = reader.leaves().getFirst().reader();
    TopKnnCollector collector =
        new TopKnnCollector(Math.min(count, leaf.maxDoc()), Integer.MAX_VALUE);
    leaf.searchNearestVectors(
        VECTOR,
        Closeness.prepare(similarity, query),
        collector,
        AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
    return Arrays.stream(collector.topDocs().scoreDocs).mapToInt(hit -> hit.doc).toArray();
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      reader.close();
    }
  }
}
