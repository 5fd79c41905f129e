package org.attunedb.bench.write;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.FSDirectory;
import org.attunedb.core.Document;
import org.attunedb.core.Similarity;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.text.TextAnalysis;

/** What a Lucene user does for durability: the same documents, a commit for each batch. */
final class LuceneBaseline implements Closeable {
  private final FSDirectory directory;
  private final IndexWriter writer;
  private final DocumentMapper mapper;

  LuceneBaseline(Path folder) throws IOException {
    TextAnalysis analysis = new TextAnalysis();
    directory = FSDirectory.open(folder);
    writer = new IndexWriter(directory, new IndexWriterConfig(analysis.analyzer()));
    mapper = new DocumentMapper(Similarity.COSINE, false, analysis);
  }

  void upsert(List<Document> batch) throws IOException {
    for (Document document : batch) {
      writer.updateDocument(new Term(Fields.ID, document.id()), mapper.toLucene(document));
    }
    writer.commit();
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      writer.close();
    }
  }
}
