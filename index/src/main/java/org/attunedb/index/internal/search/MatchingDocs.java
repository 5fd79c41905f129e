package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** The live documents of a snapshot that a filter lets through, segment by segment. */
final class MatchingDocs {
  /**
   * The matches of one segment.
   *
   * @param accepted document numbers within the segment, shared and not to be changed; null where
   *     every live document matches
   * @param count number of matches, with a vector or without
   */
  record Leaf(LeafReaderContext context, @Nullable FixedBitSet accepted, int count) {
    /** Every live document. */
    static Leaf unfiltered(LeafReaderContext context) {
      return new Leaf(context, null, context.reader().numDocs());
    }

    /**
     * The matches as Lucene's readers ask for them.
     *
     * @param vectors how many have a vector
     */
    AcceptDocs acceptDocs(int vectors) {
      Bits live = context.reader().getLiveDocs();
      int maxDoc = context.reader().maxDoc();
      FixedBitSet matches = accepted;
      return matches == null
          ? AcceptDocs.fromLiveDocs(live, maxDoc)
          : new AcceptedBits(matches, vectors);
    }

    boolean accepts(int doc) {
      if (accepted != null) {
        return accepted.get(doc);
      }
      Bits live = context.reader().getLiveDocs();
      return live == null || live.get(doc);
    }
  }

  private final List<Leaf> leaves;
  private final boolean filtered;

  private MatchingDocs(List<Leaf> leaves, boolean filtered) {
    this.leaves = leaves;
    this.filtered = filtered;
  }

  static MatchingDocs of(Scope scope, @Nullable Query filter) throws IOException {
    return of(scope, filter, null);
  }

  /**
   * Matches of a filter.
   *
   * @param cache remembers them by segment; null for none
   */
  static MatchingDocs of(Scope scope, @Nullable Query filter, @Nullable FilterCache cache)
      throws IOException {
    List<Leaf> leaves = new ArrayList<>();
    SegmentMatches matches = filter == null ? null : new SegmentMatches(scope, filter);
    for (LeafReaderContext context : scope.searcher().getLeafContexts()) {
      if (matches == null) {
        leaves.add(Leaf.unfiltered(context));
      } else {
        FilterCache.Matches live =
            cache == null
                ? FilterCache.Matches.of(matches.in(context)).live(context.reader().getLiveDocs())
                : cache.get(context.reader(), matches.filter, () -> matches.in(context));
        leaves.add(new Leaf(context, live.set(), live.count()));
      }
    }
    return new MatchingDocs(leaves, filter != null);
  }

  /** Finds a filter's matches, deleted ones included; prepares the filter when first needed. */
  private static final class SegmentMatches {
    private final Scope scope;
    private final Query filter;
    private @Nullable Weight weight;

    SegmentMatches(Scope scope, Query filter) {
      this.scope = scope;
      this.filter = filter;
    }

    FixedBitSet in(LeafReaderContext context) throws IOException {
      IndexSearcher searcher = scope.limited();
      if (weight == null) {
        weight = searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
      }
      FixedBitSet matches = new FixedBitSet(context.reader().maxDoc());
      Scorer scorer = weight.scorer(searcher.getLeafContexts().get(context.ord));
      if (scorer == null) {
        return matches;
      }
      DocIdSetIterator docs = scorer.iterator();
      int count = 0;
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        matches.set(doc);
        if (++count % SearchClock.INTERVAL == 0) {
          scope.clock().check();
        }
      }
      return matches;
    }
  }

  /** Whether a live document, by its global number, matches. */
  boolean accepts(int doc) {
    for (Leaf leaf : leaves) {
      int local = doc - leaf.context.docBase;
      if (local >= 0 && local < leaf.context.reader().maxDoc()) {
        return leaf.accepts(local);
      }
    }
    return false;
  }

  List<Leaf> leaves() {
    return leaves;
  }

  long count() {
    return leaves.stream().mapToLong(Leaf::count).sum();
  }

  /** Whether there is a filter. */
  boolean isFiltered() {
    return filtered;
  }

  /** How many documents the filter let through; null without one. */
  @Nullable Long filtered() {
    return filtered ? count() : null;
  }
}
