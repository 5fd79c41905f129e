package org.attunedb.server.transfer;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;

/** A collection's documents, in the order of their ids' UTF-8 bytes, into a sink. */
final class Exporter {
  private static final int FIRST_PAGE = 100;

  /** Size of a page that the next one's number of documents is chosen for. */
  private static final long PAGE_BYTES = 16 << 20;

  private final VectorCollection collection;
  private final Out out;

  Exporter(VectorCollection collection, Out out) {
    this.collection = collection;
    this.out = out;
  }

  /**
   * Writes every document.
   *
   * @return number of documents
   */
  long export(DocumentSink sink) throws IOException {
    long exported = 0;
    try (ProgressBar bar =
        new ProgressBar(
            out.err(), out.errKind(), Clock.systemUTC(), "exporting", collection.count(null))) {
      List<Document> page = collection.scan(null, FIRST_PAGE, null);
      while (!page.isEmpty()) {
        for (Document document : page) {
          sink.write(document);
        }
        exported += page.size();
        bar.update(exported, exported + " documents");
        page = collection.scan(page.getLast().id(), nextPage(page), null);
      }
    }
    return exported;
  }

  /** As many documents as would be of the wanted size if they were like the last page's. */
  private static int nextPage(List<Document> page) {
    long bytes = page.stream().mapToLong(Exporter::size).sum();
    return Math.clamp(PAGE_BYTES * page.size() / bytes, 1, VectorCollection.MAX_BATCH);
  }

  /** Roughly, in memory. */
  private static long size(Document document) {
    String text = document.text();
    Embedding embedding = document.embedding();
    return 200L
        + (text == null ? 0 : text.length())
        + 100L * document.metadata().asMap().size()
        + (embedding == null ? 0 : 4L * embedding.dimension());
  }
}
