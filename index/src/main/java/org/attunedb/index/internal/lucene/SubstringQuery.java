package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.lucene.index.FilteredTermsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.util.Accountable;
import org.apache.lucene.util.AttributeSource;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * Documents with a term that has the text as a substring. Every term of the field is read, as by a
 * wildcard query, but no automaton is built, whose size Lucene limits. UTF-8 bytes are compared: no
 * character's bytes are part of another's.
 */
final class SubstringQuery extends MultiTermQuery implements Accountable {
  private static final long OWN_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(SubstringQuery.class);

  private final byte[] text;

  SubstringQuery(String field, String text) {
    super(field, CONSTANT_SCORE_REWRITE);
    this.text = text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected TermsEnum getTermsEnum(Terms terms, AttributeSource attributes) throws IOException {
    return new FilteredTermsEnum(terms.iterator(), false) {
      @Override
      protected AcceptStatus accept(BytesRef term) {
        return contains(term) ? AcceptStatus.YES : AcceptStatus.NO;
      }
    };
  }

  private boolean contains(BytesRef term) {
    int last = term.offset + term.length - text.length;
    for (int start = term.offset; start <= last; start++) {
      if (Arrays.equals(term.bytes, start, start + text.length, text, 0, text.length)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public long ramBytesUsed() {
    return OWN_BYTES + RamUsageEstimator.sizeOf(text);
  }

  @Override
  public String toString(String defaultField) {
    return getField() + ":*" + new String(text, StandardCharsets.UTF_8) + "*";
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other) && Arrays.equals(text, ((SubstringQuery) other).text);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Arrays.hashCode(text);
  }
}
