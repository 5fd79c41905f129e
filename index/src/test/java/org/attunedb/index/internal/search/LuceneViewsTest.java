package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/** Views are given back, whatever fails. */
class LuceneViewsTest {
  @Test
  void snapshot_failsOnTheWay_givesTheViewBack() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      new IndexWriter(directory, new IndexWriterConfig()).close();
      try (SearcherManager searchers = new SearcherManager(DirectoryReader.open(directory), null);
          LuceneViews views =
              new LuceneViews(
                  "things",
                  searchers,
                  Path.of("index"),
                  snapshot -> {
                    throw new IllegalArgumentException("test");
                  })) {
        int before = readers(searchers);

        assertThatIllegalArgumentException()
            .isThrownBy(() -> views.snapshot((choice, filter) -> null))
            .withMessage("test");

        assertThat(readers(searchers)).isEqualTo(before);
      }
    }
  }

  private static int readers(SearcherManager searchers) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    IndexReader reader = searcher.getIndexReader();
    searchers.release(searcher);
    return reader.getRefCount();
  }
}
