package org.attunedb.index.internal.search;

import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/**
 * Matching live documents as Lucene's readers ask for them. Lucene's own would build the set once
 * more for each search of a segment with deletions.
 */
final class AcceptedBits extends AcceptDocs {
  private final FixedBitSet accepted;
  private final int count;

  /** Only live documents, and how many. */
  AcceptedBits(FixedBitSet accepted, int count) {
    this.accepted = accepted;
    this.count = count;
  }

  @Override
  public Bits bits() {
    return accepted;
  }

  @Override
  public DocIdSetIterator iterator() {
    return new BitSetIterator(accepted, count);
  }

  @Override
  public int cost() {
    return count;
  }
}
