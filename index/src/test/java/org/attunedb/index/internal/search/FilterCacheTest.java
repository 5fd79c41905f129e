package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FilterCacheTest {
  private static final Query FILTER = new TermQuery(new Term("f", "x"));
  private static final Query OTHER = new TermQuery(new Term("f", "y"));
  private static final long ENTRY = new FixedBitSet(64).ramBytesUsed();

  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final AtomicInteger made = new AtomicInteger();
  private DirectoryReader reader;

  @BeforeEach
  void write() throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      Document document = new Document();
      document.add(new StringField("f", "x", Field.Store.NO));
      writer.addDocument(document);
    }
    reader = DirectoryReader.open(directory);
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    directory.close();
  }

  private FixedBitSet get(FilterCache cache, Query filter) throws IOException {
    LeafReader leaf = reader.leaves().getFirst().reader();
    return cache.get(
        leaf,
        filter,
        () -> {
          made.incrementAndGet();
          return new FixedBitSet(64);
        });
  }

  @Test
  void get_again_isNotMadeAgain() throws IOException {
    FilterCache cache = new FilterCache(10 * ENTRY);

    FixedBitSet first = get(cache, FILTER);

    assertThat(get(cache, new TermQuery(new Term("f", "x")))).isSameAs(first);
    assertThat(made).hasValue(1);
    assertThat(cache.bytes()).isEqualTo(ENTRY);
  }

  @Test
  void get_noRoomForTwo_forgetsTheOneUsedLongestAgo() throws IOException {
    FilterCache cache = new FilterCache(ENTRY);
    get(cache, FILTER);
    get(cache, OTHER);

    assertThat(cache.bytes()).isEqualTo(ENTRY);
    get(cache, OTHER);
    assertThat(made).hasValue(2);
    get(cache, FILTER);
    assertThat(made).hasValue(3);
  }

  @Test
  void closedSegment_isForgotten() throws IOException {
    FilterCache cache = new FilterCache(10 * ENTRY);
    get(cache, FILTER);
    get(cache, OTHER);

    reader.close();

    assertThat(cache.bytes()).isZero();
  }
}
