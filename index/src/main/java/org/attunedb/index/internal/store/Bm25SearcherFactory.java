package org.attunedb.index.internal.store;

import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.jspecify.annotations.Nullable;

/** Searchers that rank texts as the writer has prepared them. */
final class Bm25SearcherFactory extends SearcherFactory {
  /** k1 and b of the Anserini baselines, by which published BEIR figures were made. */
  static final BM25Similarity SIMILARITY = new BM25Similarity(0.9f, 0.4f);

  @Override
  public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous) {
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setSimilarity(SIMILARITY);
    return searcher;
  }
}
