package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.IndexReader.CacheKey;
import org.apache.lucene.index.IndexReader.ClosedListener;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.FixedBitSet;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.internal.lucene.FilterCompiler;
import org.attunedb.index.internal.search.FilterCache.Matches;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FilterCacheTest {
  private static final int DOCUMENTS = FilterCache.FEWEST_DOCUMENTS;
  private static final Query FILTER = new TermQuery(new Term("f", "x"));
  private static final Query OTHER = new TermQuery(new Term("f", "y"));

  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final AtomicInteger made = new AtomicInteger();
  private DirectoryReader reader;

  @BeforeEach
  void write() throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      for (int i = 0; i < DOCUMENTS; i++) {
        Document document = new Document();
        document.add(new StringField("id", "d" + i, Field.Store.NO));
        writer.addDocument(document);
      }
    }
    reader = DirectoryReader.open(directory);
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    directory.close();
  }

  private void delete(int document) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      writer.deleteDocuments(new Term("id", "d" + document));
    }
    DirectoryReader newer = DirectoryReader.openIfChanged(reader);
    reader.close();
    reader = newer;
  }

  private LeafReader leaf() {
    return reader.leaves().getFirst().reader();
  }

  private Matches get(FilterCache cache, Query filter) throws IOException {
    return get(cache, leaf(), filter);
  }

  /** Every even document. */
  private Matches get(FilterCache cache, LeafReader leaf, Query filter) throws IOException {
    return cache.get(
        leaf,
        filter,
        () -> {
          made.incrementAndGet();
          FixedBitSet even = new FixedBitSet(leaf.maxDoc());
          IntStream.range(0, leaf.maxDoc()).filter(doc -> doc % 2 == 0).forEach(even::set);
          return even;
        });
  }

  /** What one entry counts. */
  private long entry() throws IOException {
    FilterCache cache = new FilterCache(1 << 20);
    get(cache, FILTER);
    made.set(0);
    return cache.bytes();
  }

  private static Query list(int first, int values) {
    List<MetadataValue> ids =
        IntStream.range(first, first + values)
            .mapToObj(i -> MetadataValue.of("document-of-somebody-" + i))
            .toList();
    return FilterCompiler.compile(new Filter.In("id", ids));
  }

  @Test
  void get_again_isNotMadeAgain() throws IOException {
    FilterCache cache = new FilterCache(1 << 20);

    Matches first = get(cache, FILTER);

    assertThat(first.count()).isEqualTo(DOCUMENTS / 2);
    assertThat(get(cache, new TermQuery(new Term("f", "x")))).isSameAs(first);
    assertThat(made).hasValue(1);
  }

  @Test
  void bytes_oneEntry_areThoseOfTheSetTheFilterAndTheMaps() throws IOException {
    assertThat(entry())
        .isGreaterThan(FilterCache.ENTRY_BYTES + new FixedBitSet(DOCUMENTS).ramBytesUsed() + 32)
        .isLessThan(4_096);
  }

  @Test
  void get_noRoomForTwo_forgetsTheOneUsedLongestAgo() throws IOException {
    long entry = entry();
    FilterCache cache = new FilterCache(entry + 8);
    get(cache, FILTER);
    get(cache, OTHER);

    assertThat(cache.bytes()).isEqualTo(entry);
    get(cache, OTHER);
    assertThat(made).hasValue(2);
    get(cache, FILTER);
    assertThat(made).hasValue(3);
  }

  @Test
  void get_longListsOfDifferentUsers_keepsNoMoreThanThereIsRoomFor() throws IOException {
    FilterCache cache = new FilterCache(1 << 20);
    for (int user = 0; user < 500; user++) {
      get(cache, list(1_000 * user, 1_000));
    }

    // A list has some 6 KiB: values that begin alike are kept short.
    assertThat(cache.size()).isBetween(1, 1 << 8);
    assertThat(cache.bytes()).isBetween((long) cache.size() * 4_000, 1L << 20);
  }

  @Test
  void get_veryLongFilter_isNotKept() throws IOException {
    FilterCache cache = new FilterCache(1 << 20);
    List<MetadataValue> texts =
        IntStream.range(0, 100).mapToObj(i -> MetadataValue.of(i + "x".repeat(1_000))).toList();

    get(cache, FilterCompiler.compile(new Filter.In("text", texts)));

    assertThat(cache.size()).isZero();
  }

  @Test
  void get_largerThanTheCache_isNotKeptAndCostsNothingElse() throws IOException {
    long entry = entry();
    FilterCache cache = new FilterCache(entry - 1);

    assertThat(get(cache, FILTER).count()).isEqualTo(DOCUMENTS / 2);
    assertThat(cache.size()).isZero();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void get_afterADeletion_leavesItOutWithoutAskingTheFilterAgain() throws IOException {
    FilterCache cache = new FilterCache(1 << 20);
    get(cache, FILTER);
    delete(4);
    delete(7);

    Matches live = get(cache, FILTER);

    assertThat(live.count()).isEqualTo(DOCUMENTS / 2 - 1);
    assertThat(live.set().get(4)).isFalse();
    assertThat(live.set().cardinality()).isEqualTo(live.count());
    assertThat(get(cache, FILTER)).as("not masked again").isSameAs(live);
    assertThat(made).hasValue(1);
    assertThat(cache.size()).as("all and the live ones").isEqualTo(2);
  }

  @Test
  void get_evictedAgainAndAgain_oneListenerForEachSegment() throws IOException {
    AtomicInteger listeners = new AtomicInteger();
    FilterCache cache = new FilterCache(entry() + 8);
    LeafReader leaf = new Watched(leaf(), listeners);
    for (int i = 0; i < 20; i++) {
      get(cache, leaf, i % 2 == 0 ? FILTER : OTHER);
    }

    assertThat(made).hasValue(20);
    assertThat(listeners).hasValue(1);
  }

  @Test
  void closedSegment_isForgotten() throws IOException {
    FilterCache cache = new FilterCache(1 << 20);
    get(cache, FILTER);
    get(cache, OTHER);

    reader.close();

    assertThat(cache.bytes()).isZero();
    assertThat(cache.size()).isZero();
  }

  /** Counts who wants to know when the segment is closed. */
  private static final class Watched extends FilterLeafReader {
    private final AtomicInteger listeners;

    Watched(LeafReader in, AtomicInteger listeners) {
      super(in);
      this.listeners = listeners;
    }

    @Override
    public CacheHelper getCoreCacheHelper() {
      CacheHelper helper = in.getCoreCacheHelper();
      return new CacheHelper() {
        @Override
        public CacheKey getKey() {
          return helper.getKey();
        }

        @Override
        public void addClosedListener(ClosedListener listener) {
          listeners.incrementAndGet();
          helper.addClosedListener(listener);
        }
      };
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return in.getReaderCacheHelper();
    }
  }
}
