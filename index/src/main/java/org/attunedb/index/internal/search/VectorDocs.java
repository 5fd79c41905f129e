package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.attunedb.index.internal.lucene.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Which documents of a segment have a vector. Looked up when it is first asked, where only some
 * have one, and kept: a bit for each document. Thread-safe.
 */
final class VectorDocs {
  private final int vectors;

  /** Guarded by this. */
  private @Nullable FixedBitSet docs;

  private volatile Live live = new Live(-1, 0);

  /**
   * A count with these deletions. Deleted documents of a segment become more and never others.
   *
   * @param deleted documents
   * @param count of the live ones that have a vector
   */
  private record Live(int deleted, int count) {}

  /**
   * Of a segment.
   *
   * @param vectors how many there are, of deleted documents, too
   */
  VectorDocs(int vectors) {
    this.vectors = vectors;
  }

  /** How many matching documents of the segment have a vector. */
  int count(MatchingDocs.Leaf leaf) throws IOException {
    LeafReader segment = leaf.context().reader();
    if (vectors == 0 || vectors == segment.maxDoc()) {
      return vectors == 0 ? 0 : leaf.count();
    }
    FixedBitSet accepted = leaf.accepted();
    if (accepted != null) {
      return Math.toIntExact(FixedBitSet.intersectionCount(docs(segment), accepted));
    }
    Bits alive = segment.getLiveDocs();
    return alive == null ? vectors : live(segment, alive);
  }

  private int live(LeafReader segment, Bits alive) throws IOException {
    Live known = live;
    if (known.deleted == segment.numDeletedDocs()) {
      return known.count;
    }
    FixedBitSet all = docs(segment);
    int count = 0;
    for (int doc = all.nextSetBit(0); doc != DocIdSetIterator.NO_MORE_DOCS; doc = next(all, doc)) {
      count += alive.get(doc) ? 1 : 0;
    }
    live = new Live(segment.numDeletedDocs(), count);
    return count;
  }

  private static int next(FixedBitSet docs, int doc) {
    return doc + 1 < docs.length() ? docs.nextSetBit(doc + 1) : DocIdSetIterator.NO_MORE_DOCS;
  }

  private synchronized FixedBitSet docs(LeafReader segment) throws IOException {
    FixedBitSet known = docs;
    if (known == null) {
      known = new FixedBitSet(segment.maxDoc());
      FloatVectorValues values = segment.getFloatVectorValues(Fields.VECTOR);
      if (values != null) {
        KnnVectorValues.DocIndexIterator having = values.iterator();
        for (int d = having.nextDoc(); d != DocIdSetIterator.NO_MORE_DOCS; d = having.nextDoc()) {
          known.set(d);
        }
      }
      docs = known;
    }
    return known;
  }
}
