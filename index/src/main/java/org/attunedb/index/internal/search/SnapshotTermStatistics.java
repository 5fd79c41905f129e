package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.attunedb.core.embedding.TermStatistics;
import org.attunedb.index.internal.lucene.Fields;

/** Term statistics of a snapshot, looked up in Lucene's term dictionaries. */
public final class SnapshotTermStatistics implements TermStatistics {
  private final IndexReader reader;

  /** Statistics that are valid while the snapshot is held. */
  public SnapshotTermStatistics(Snapshot snapshot) {
    this.reader = snapshot.searcher().getIndexReader();
  }

  @Override
  public long documentCount() {
    try {
      return reader.getDocCount(Fields.TEXT);
    } catch (IOException e) {
      throw new UncheckedIOException("reading term statistics: " + e.getMessage(), e);
    }
  }

  @Override
  public long wordFrequency(String word) {
    return frequency(Fields.TEXT, word);
  }

  @Override
  public long gramFrequency(String gram) {
    return frequency(Fields.GRAMS, gram);
  }

  private long frequency(String field, String term) {
    try {
      return reader.docFreq(new Term(field, term));
    } catch (IOException e) {
      throw new UncheckedIOException("reading term statistics: " + e.getMessage(), e);
    }
  }
}
