package org.attunedb.server.transfer;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.CollectionReads;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Documents of one view, in the order of their ids' UTF-8 bytes, into a sink. */
final class Exporter {
  private static final int FIRST_PAGE = 100;

  /** Size of a page that the next one's number of documents is chosen for. */
  private static final long PAGE_BYTES = 16 << 20;

  private final CollectionReads view;
  private final @Nullable Filter filter;
  private final Out out;

  /**
   * An export of a view that stays as it is.
   *
   * @param filter which documents; null for all
   */
  Exporter(CollectionReads view, @Nullable Filter filter, Out out) {
    this.view = view;
    this.filter = filter;
    this.out = out;
  }

  /**
   * Writes every document that matches.
   *
   * @return number of documents
   */
  long export(DocumentSink sink) throws IOException {
    long exported = 0;
    try (ProgressBar bar =
        new ProgressBar(
            out.err(), out.errKind(), Clock.systemUTC(), "exporting", view.count(filter))) {
      List<Document> page = view.scan(null, FIRST_PAGE, filter);
      while (!page.isEmpty()) {
        for (Document document : page) {
          sink.write(document);
        }
        exported += page.size();
        bar.update(exported, exported + " documents");
        page = view.scan(page.getLast().id(), nextPage(page), filter);
      }
    }
    return exported;
  }

  /** As many documents as would be of the wanted size if they were like the last page's. */
  private static int nextPage(List<Document> page) {
    long bytes = page.stream().mapToLong(Exporter::size).sum();
    return Math.clamp(PAGE_BYTES * page.size() / bytes, 1, CollectionReads.MAX_PAGE);
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
