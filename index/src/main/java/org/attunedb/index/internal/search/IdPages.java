package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;
import org.attunedb.index.internal.lucene.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Documents in the order of their ids, read from the segments' dictionaries of ids, which are in
 * that order already: a page costs what it holds, wherever it begins. Stateless.
 */
final class IdPages {
  /**
   * A document with its id.
   *
   * @param doc global document number
   */
  record Entry(String id, int doc) {}

  private IdPages() {}

  /**
   * The first documents behind an id.
   *
   * @param afterId null for the first page
   * @param matching which documents of which segments
   */
  static List<Entry> page(@Nullable BytesRef afterId, int limit, MatchingDocs matching)
      throws IOException {
    PriorityQueue<Cursor> cursors =
        new PriorityQueue<>(
            Comparator.comparing((Cursor cursor) -> cursor.id)
                .thenComparing(cursor -> cursor.leaf.context().docBase));
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      Cursor cursor = leaf.count() == 0 ? null : Cursor.behind(afterId, leaf);
      if (cursor != null) {
        cursors.add(cursor);
      }
    }
    List<Entry> page = new ArrayList<>();
    while (page.size() < limit && !cursors.isEmpty()) {
      Cursor first = cursors.remove();
      int doc = first.match();
      if (doc >= 0) {
        page.add(new Entry(first.id.utf8ToString(), doc));
      }
      if (first.next()) {
        cursors.add(first);
      }
    }
    return page;
  }

  /** A place in one segment's dictionary. */
  private static final class Cursor {
    private final MatchingDocs.Leaf leaf;
    private final TermsEnum ids;
    private @Nullable PostingsEnum postings;
    private BytesRef id;

    private Cursor(MatchingDocs.Leaf leaf, TermsEnum ids, BytesRef id) {
      this.leaf = leaf;
      this.ids = ids;
      this.id = id;
    }

    static @Nullable Cursor behind(@Nullable BytesRef afterId, MatchingDocs.Leaf leaf)
        throws IOException {
      LeafReaderContext context = leaf.context();
      LeafReader reader = context.reader();
      Terms terms = reader.terms(Fields.ID);
      if (terms == null) {
        return null;
      }
      TermsEnum ids = terms.iterator();
      BytesRef first;
      if (afterId == null) {
        first = ids.next();
      } else {
        first =
            switch (ids.seekCeil(afterId)) {
              case END -> null;
              case FOUND -> ids.next();
              case NOT_FOUND -> ids.term();
            };
      }
      return first == null ? null : new Cursor(leaf, ids, first);
    }

    /**
     * The global number of the document of this id, or -1; a replaced one is in the segment, too.
     */
    int match() throws IOException {
      PostingsEnum docs = ids.postings(postings, PostingsEnum.NONE);
      postings = docs;
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if (leaf.accepts(doc)) {
          return leaf.context().docBase + doc;
        }
      }
      return -1;
    }

    boolean next() throws IOException {
      BytesRef next = ids.next();
      if (next == null) {
        return false;
      }
      id = next;
      return true;
    }
  }
}
