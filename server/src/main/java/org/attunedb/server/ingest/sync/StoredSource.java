package org.attunedb.server.ingest.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.Document;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.CollectionReads;

/**
 * What a collection holds of a source, read from the collection itself: nothing that is kept beside
 * it has to be believed. Holds the ids of the source's documents. Thread-safe.
 */
public final class StoredSource {
  private static final int SCANNED = 1_000;

  private final Map<String, StoredPage> pages;

  private StoredSource(Map<String, StoredPage> pages) {
    this.pages = Map.copyOf(pages);
  }

  /** Nothing. */
  static StoredSource none() {
    return new StoredSource(Map.of());
  }

  /** Reads every document of a source. */
  public static StoredSource read(CollectionReads collection, String source) {
    Map<String, List<String>> ids = new HashMap<>();
    Map<String, Long> sums = new HashMap<>();
    Filter own = Filter.eq(PageDocuments.INGEST, source);
    List<Document> documents = collection.scan(null, SCANNED, own);
    while (!documents.isEmpty()) {
      for (Document document : documents) {
        // One whose source somebody took away is known by its id, which has the same form.
        String name = document.metadata().text(PageDocuments.SOURCE).orElse(document.id());
        String address = PageDocuments.address(name);
        ids.computeIfAbsent(address, a -> new ArrayList<>()).add(document.id());
        sums.merge(address, PageDocuments.checksum(document), Long::sum);
      }
      documents = collection.scan(documents.getLast().id(), SCANNED, own);
    }
    Map<String, StoredPage> pages = new HashMap<>();
    ids.forEach(
        (address, list) ->
            pages.put(address, new StoredPage(list, sums.getOrDefault(address, 0L))));
    return new StoredSource(pages);
  }

  /** What there is of a page. */
  public Optional<StoredPage> page(String address) {
    return Optional.ofNullable(pages.get(address));
  }

  /** The addresses of all pages. */
  public Set<String> addresses() {
    return pages.keySet();
  }
}
