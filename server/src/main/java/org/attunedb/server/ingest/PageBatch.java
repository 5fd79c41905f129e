package org.attunedb.server.ingest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.ingest.sync.Journal;
import org.attunedb.server.ingest.sync.PageChange;

/**
 * Pages that are written together, so that not every page costs an fsync. Documents come first,
 * then what they replace goes, then the journal hears of it: wherever that is cut off, the next run
 * finds the page's documents different from what the page is and does the rest. Not thread-safe.
 */
final class PageBatch {
  private static final int LEAST_CHARS = 4 << 20;
  private static final long CHARS_OF_A_DOCUMENT = 4_096;

  /** Faults of a single document; any other is one of the whole collection. */
  private static final Set<ErrorCode> OF_A_DOCUMENT =
      Set.of(
          ErrorCode.METADATA_TOO_LARGE,
          ErrorCode.METADATA_INVALID,
          ErrorCode.ID_INVALID,
          ErrorCode.ID_TOO_LONG,
          ErrorCode.TEXT_TOO_LARGE,
          ErrorCode.TEXT_INVALID,
          ErrorCode.DUPLICATE_ID);

  private final Map<String, PageChange> changes = new LinkedHashMap<>();
  private final Map<String, Journal.Entry> entries = new LinkedHashMap<>();
  private final List<String> deletes = new ArrayList<>();
  private int documents;
  private long chars;

  /** A page that the collection does not take. */
  record Refusal(String address, PageChange change, InvalidInputException fault) {}

  /** Takes a page whose documents may have changed. */
  void add(String address, PageChange change, Journal.Entry entry) {
    entries.put(address, entry);
    if (change.upserts().isEmpty() && change.deletes().isEmpty()) {
      return;
    }
    changes.put(address, change);
    documents += change.upserts().size() + change.deletes().size();
    for (Document document : change.upserts()) {
      chars += String.valueOf(document.text()).length();
    }
  }

  /** Takes a page whose documents did not change. */
  void note(String address, Journal.Entry entry) {
    entries.put(address, entry);
  }

  /** Takes documents that go. */
  void delete(List<String> ids) {
    deletes.addAll(ids);
    documents += ids.size();
  }

  boolean isEmpty() {
    return entries.isEmpty() && deletes.isEmpty();
  }

  /**
   * Whether it is to be written.
   *
   * @param most documents, or pages without any; many long ones are enough, too
   */
  boolean isFull(int most) {
    return documents >= most
        || entries.size() >= most
        || chars >= Math.max(LEAST_CHARS, CHARS_OF_A_DOCUMENT * most);
  }

  /** Writes everything but the pages that it returns. */
  List<Refusal> write(VectorCollection collection, Journal journal) {
    List<Refusal> refusals = List.of();
    try {
      upsert(collection, changes.values());
    } catch (InvalidInputException e) {
      requireOfDocument(e);
      refusals = writeOneByOne(collection);
    }
    delete(collection);
    journal.add(entries);
    return refusals;
  }

  private List<Refusal> writeOneByOne(VectorCollection collection) {
    List<Refusal> refusals = new ArrayList<>();
    for (var page : List.copyOf(changes.entrySet())) {
      String address = page.getKey();
      PageChange change = page.getValue();
      try {
        upsert(collection, List.of(change));
      } catch (InvalidInputException e) {
        requireOfDocument(e);
        changes.remove(address);
        entries.remove(address);
        refusals.add(new Refusal(address, change, e));
      }
    }
    return refusals;
  }

  private static void requireOfDocument(InvalidInputException fault) {
    if (!OF_A_DOCUMENT.contains(fault.code())) {
      throw fault;
    }
  }

  private static void upsert(VectorCollection collection, Iterable<PageChange> pages) {
    List<Document> upserts = new ArrayList<>();
    for (PageChange page : pages) {
      upserts.addAll(page.upserts());
    }
    for (int i = 0; i < upserts.size(); i += VectorCollection.MAX_BATCH) {
      collection.upsert(
          upserts.subList(i, Math.min(upserts.size(), i + VectorCollection.MAX_BATCH)));
    }
  }

  private void delete(VectorCollection collection) {
    List<String> all = new ArrayList<>(deletes);
    changes.values().forEach(change -> all.addAll(change.deletes()));
    for (int i = 0; i < all.size(); i += VectorCollection.MAX_BATCH) {
      collection.delete(all.subList(i, Math.min(all.size(), i + VectorCollection.MAX_BATCH)));
    }
  }
}
