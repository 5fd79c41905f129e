package org.attunedb.index.internal.lucene;

import java.util.Collection;
import java.util.Iterator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Ready terms as a token stream. Used once, by one thread. */
final class GramTokenStream extends TokenStream {
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final Iterator<String> grams;

  GramTokenStream(Collection<String> grams) {
    this.grams = grams.iterator();
  }

  @Override
  public boolean incrementToken() {
    clearAttributes();
    if (!grams.hasNext()) {
      return false;
    }
    term.setEmpty().append(grams.next());
    return true;
  }
}
