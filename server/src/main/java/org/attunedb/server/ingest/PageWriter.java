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
 * Writes pages in batches, so that not every page costs an fsync. Documents come first, then what
 * they replace goes, then the journal hears of it: wherever that is cut off, the next run finds the
 * page's documents different from what the page is and does the rest. Not thread-safe.
 */
final class PageWriter {
  /** What one fsync is worth. */
  private static final int BATCH_DOCUMENTS = 256;

  private static final int BATCH_CHARS = 4 << 20;

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

  private final VectorCollection collection;
  private final Journal journal;
  private final Refusals refusals;
  private final Map<String, PageChange> changes = new LinkedHashMap<>();
  private final Map<String, Journal.Entry> entries = new LinkedHashMap<>();
  private final List<String> deletes = new ArrayList<>();
  private int documents;
  private long chars;

  /** Hears of pages that the collection does not take. */
  interface Refusals {
    void refused(String address, PageChange change, InvalidInputException fault);
  }

  PageWriter(VectorCollection collection, Journal journal, Refusals refusals) {
    this.collection = collection;
    this.journal = journal;
    this.refusals = refusals;
  }

  /** Takes a page whose documents may have changed. */
  void add(String address, PageChange change, Journal.Entry entry) {
    entries.put(address, entry);
    if (change.upserts().isEmpty() && change.deletes().isEmpty()) {
      flushIfFull();
      return;
    }
    changes.put(address, change);
    documents += change.upserts().size() + change.deletes().size();
    for (Document document : change.upserts()) {
      chars += String.valueOf(document.text()).length();
    }
    flushIfFull();
  }

  /** Takes a page whose documents did not change. */
  void note(String address, Journal.Entry entry) {
    entries.put(address, entry);
    flushIfFull();
  }

  /** Takes documents that go. */
  void delete(List<String> ids) {
    deletes.addAll(ids);
    documents += ids.size();
    flushIfFull();
  }

  /** Writes what was taken. */
  void flush() {
    try {
      write(changes.values());
    } catch (InvalidInputException e) {
      requireOfDocument(e);
      writeOneByOne();
    }
    delete();
    journal.add(entries);
    changes.clear();
    entries.clear();
    deletes.clear();
    documents = 0;
    chars = 0;
  }

  private void flushIfFull() {
    if (documents >= BATCH_DOCUMENTS || chars >= BATCH_CHARS || entries.size() >= BATCH_DOCUMENTS) {
      flush();
    }
  }

  private void writeOneByOne() {
    for (var page : List.copyOf(changes.entrySet())) {
      String address = page.getKey();
      PageChange change = page.getValue();
      try {
        write(List.of(change));
      } catch (InvalidInputException e) {
        requireOfDocument(e);
        changes.remove(address);
        entries.remove(address);
        refusals.refused(address, change, e);
      }
    }
  }

  private static void requireOfDocument(InvalidInputException fault) {
    if (!OF_A_DOCUMENT.contains(fault.code())) {
      throw fault;
    }
  }

  private void write(Iterable<PageChange> pages) {
    List<Document> upserts = new ArrayList<>();
    for (PageChange page : pages) {
      upserts.addAll(page.upserts());
    }
    for (int i = 0; i < upserts.size(); i += VectorCollection.MAX_BATCH) {
      collection.upsert(
          upserts.subList(i, Math.min(upserts.size(), i + VectorCollection.MAX_BATCH)));
    }
  }

  private void delete() {
    List<String> all = new ArrayList<>(deletes);
    changes.values().forEach(change -> all.addAll(change.deletes()));
    for (int i = 0; i < all.size(); i += VectorCollection.MAX_BATCH) {
      collection.delete(all.subList(i, Math.min(all.size(), i + VectorCollection.MAX_BATCH)));
    }
  }
}
