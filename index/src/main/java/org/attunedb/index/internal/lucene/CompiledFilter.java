package org.attunedb.index.internal.lucene;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Accountable;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * A condition of several clauses that counts as one. Lucene allows 1,024 clauses in a whole query,
 * by a limit that is shared with everything else in the process; one term of a filter takes up to
 * four. Filters have a limit of their own, so only each level has to keep Lucene's.
 */
final class CompiledFilter extends Query implements Accountable {
  private static final long OWN_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(CompiledFilter.class);

  private final Query clauses;

  CompiledFilter(Query clauses) {
    this.clauses = clauses;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    return searcher.createWeight(searcher.rewrite(clauses), scoreMode, boost);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  /** Lucene's estimate takes anything that is one leaf for small. */
  @Override
  public long ramBytesUsed() {
    return OWN_BYTES + RamUsageEstimator.sizeOf(clauses);
  }

  @Override
  public String toString(String field) {
    return "(" + clauses.toString(field) + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CompiledFilter that && clauses.equals(that.clauses);
  }

  @Override
  public int hashCode() {
    return 31 * classHash() + clauses.hashCode();
  }
}
