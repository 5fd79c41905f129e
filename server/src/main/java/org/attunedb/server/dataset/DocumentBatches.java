package org.attunedb.server.dataset;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.attunedb.core.Document;

/** Groups documents, holding one group in memory at a time. Not thread-safe. */
final class DocumentBatches implements Iterator<List<Document>>, Closeable {
  private final DocumentFile file;
  private final int size;
  private List<Document> ready = List.of();

  DocumentBatches(DocumentFile file, int size) {
    this.file = file;
    this.size = size;
  }

  @Override
  public boolean hasNext() {
    if (ready.isEmpty()) {
      ready = read();
    }
    return !ready.isEmpty();
  }

  @Override
  public List<Document> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more documents");
    }
    List<Document> batch = ready;
    ready = List.of();
    return batch;
  }

  @Override
  public void close() {
    file.close();
  }

  private List<Document> read() {
    List<Document> batch = new ArrayList<>();
    while (batch.size() < size) {
      Document document = file.next();
      if (document == null) {
        break;
      }
      batch.add(document);
    }
    return batch;
  }
}
