package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.util.BytesRef;
import org.attunedb.index.internal.lucene.Fields;

/**
 * Compares documents of one snapshot by the UTF-8 bytes of their ids. Within a segment numbers
 * stand for the ids; ids are read only to merge segments. Stateless.
 */
final class IdOrder {
  private final List<LeafReaderContext> leaves;

  IdOrder(List<LeafReaderContext> leaves) {
    this.leaves = leaves;
  }

  private record Identified(BytesRef id, int doc) {}

  /** The first {@code n} documents, in the order of their ids. */
  int[] first(int n, int[] docs) throws IOException {
    int[] ascending = docs.clone();
    Arrays.sort(ascending);
    List<Identified> first = new ArrayList<>();
    int start = 0;
    while (start < ascending.length) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(ascending[start], leaves));
      int maxDoc = leaf.docBase + leaf.reader().maxDoc();
      int end = start;
      while (end < ascending.length && ascending[end] < maxDoc) {
        end++;
      }
      addFirst(n, leaf, Arrays.copyOfRange(ascending, start, end), first);
      start = end;
    }
    first.sort(Comparator.comparing(Identified::id));
    return first.stream().limit(n).mapToInt(Identified::doc).toArray();
  }

  private static void addFirst(
      int n, LeafReaderContext leaf, int[] ascending, List<Identified> first) throws IOException {
    SortedDocValues ids = ids(leaf);
    long[] byOrdinal = new long[ascending.length];
    for (int i = 0; i < ascending.length; i++) {
      byOrdinal[i] = (long) ordinal(ids, ascending[i] - leaf.docBase) << 32 | ascending[i];
    }
    Arrays.sort(byOrdinal);
    for (int i = 0; i < Math.min(n, byOrdinal.length); i++) {
      BytesRef id = ids.lookupOrd((int) (byOrdinal[i] >>> 32));
      first.add(new Identified(BytesRef.deepCopyOf(id), (int) byOrdinal[i]));
    }
  }

  /** Whether a document's id is greater than the given one. */
  boolean isBehind(int doc, BytesRef id) throws IOException {
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
    SortedDocValues ids = ids(leaf);
    return ids.lookupOrd(ordinal(ids, doc - leaf.docBase)).compareTo(id) > 0;
  }

  private static SortedDocValues ids(LeafReaderContext leaf) throws IOException {
    return DocValues.getSorted(leaf.reader(), Fields.ID);
  }

  private static int ordinal(SortedDocValues ids, int doc) throws IOException {
    if (!ids.advanceExact(doc)) {
      throw new IOException("document number " + doc + " has no id");
    }
    return ids.ordValue();
  }
}
