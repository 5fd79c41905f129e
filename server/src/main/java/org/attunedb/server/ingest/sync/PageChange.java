package org.attunedb.server.ingest.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.index.CollectionReads;
import org.jspecify.annotations.Nullable;

/**
 * What has to be written so that a collection holds a page as it is. A text that the page had
 * before, at whatever place, keeps its embedding.
 *
 * @param upserts documents that are new or differ
 * @param deletes ids of documents that the page does not have any more
 * @param kept documents that are as they should be
 * @param page the page as it will be stored
 */
public record PageChange(List<Document> upserts, List<String> deletes, int kept, StoredPage page) {
  /** Copies the lists. */
  public PageChange {
    upserts = List.copyOf(upserts);
    deletes = List.copyOf(deletes);
  }

  /**
   * Compares.
   *
   * @param source whose documents may be replaced
   * @param stored what the collection holds of the page; null for nothing
   * @param desired the page's documents
   * @return empty if an id is taken by a document that is not of this source
   */
  public static Optional<PageChange> of(
      CollectionReads collection,
      String source,
      @Nullable StoredPage stored,
      List<Document> desired) {
    StoredPage page = page(desired);
    if (stored != null && isSame(stored, page)) {
      return Optional.of(new PageChange(List.of(), List.of(), desired.size(), page));
    }
    List<String> storedIds = stored == null ? List.of() : stored.ids();
    Map<String, Document> existing =
        existing(collection, storedIds, desired.stream().map(Document::id).toList());
    for (Document document : desired) {
      Document there = existing.get(document.id());
      if (there != null && !isOf(there, source)) {
        return Optional.empty();
      }
    }
    Map<String, Embedding> embeddings = embeddings(existing.values());
    List<Document> upserts = new ArrayList<>();
    for (Document document : desired) {
      Document there = existing.get(document.id());
      Document target = there == null ? document : PageDocuments.over(there, document);
      if (there == null || !there.withEmbedding(null).equals(target)) {
        upserts.add(target.withEmbedding(embeddings.get(String.valueOf(target.text()))));
      }
    }
    Set<String> deletes = new HashSet<>(storedIds);
    desired.forEach(document -> deletes.remove(document.id()));
    return Optional.of(
        new PageChange(
            upserts, deletes.stream().sorted().toList(), desired.size() - upserts.size(), page));
  }

  private static StoredPage page(List<Document> documents) {
    return new StoredPage(
        documents.stream().map(Document::id).toList(),
        documents.stream().mapToLong(PageDocuments::checksum).sum());
  }

  private static boolean isSame(StoredPage a, StoredPage b) {
    return a.checksum() == b.checksum() && a.ids().size() == b.ids().size();
  }

  private static boolean isOf(Document document, String source) {
    return document.metadata().text(PageDocuments.INGEST).filter(source::equals).isPresent();
  }

  private static Map<String, Document> existing(
      CollectionReads collection, List<String> stored, List<String> desired) {
    List<String> ids = Stream.concat(stored.stream(), desired.stream()).distinct().toList();
    Map<String, Document> existing = new HashMap<>();
    for (int i = 0; i < ids.size(); i += CollectionReads.MAX_PAGE) {
      collection
          .getAll(ids.subList(i, Math.min(ids.size(), i + CollectionReads.MAX_PAGE)))
          .forEach(document -> existing.put(document.id(), document));
    }
    return existing;
  }

  private static Map<String, Embedding> embeddings(Iterable<Document> documents) {
    Map<String, Embedding> embeddings = new HashMap<>();
    for (Document document : documents) {
      if (document.text() != null && document.embedding() != null) {
        embeddings.put(document.text(), Objects.requireNonNull(document.embedding()));
      }
    }
    return embeddings;
  }
}
