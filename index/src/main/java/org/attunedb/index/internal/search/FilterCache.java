package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.IndexReader.CacheKey;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.RamUsageEstimator;
import org.jspecify.annotations.Nullable;

/**
 * Which documents of a segment match a filter: all of them, an entry that is good for as long as
 * its segment is, and where some are deleted the live ones, good until the next deletion. Entries
 * count with the filter that they are found by; the least recently used go first when there are too
 * many bytes. Thread-safe.
 */
final class FilterCache {
  /** Below, a filter is asked in less time than a large one is compared with those remembered. */
  static final int FEWEST_DOCUMENTS = 1_000;

  /** A filter this large is somebody's own list, which nobody else asks for. */
  static final long LARGEST_FILTER_BYTES = 64L << 10;

  /** Of maps, keys and arrays' heads: measured generously. */
  static final long ENTRY_BYTES = 256;

  /** Also bounds the time that it takes to forget a segment. */
  private static final int MOST_ENTRIES = 16_384;

  /** Of a segment, or of a segment with what is deleted from it. */
  private record Key(CacheKey reader, Query filter) {}

  private record Entry(Matches matches, long bytes) {}

  /**
   * What matches.
   *
   * @param set document numbers within the segment, never to be changed
   * @param count how many
   */
  record Matches(FixedBitSet set, int count) {
    static Matches of(FixedBitSet set) {
      return new Matches(set, set.cardinality());
    }

    /** Those that are live; of all if null. */
    Matches live(@Nullable Bits live) {
      if (live == null) {
        return this;
      }
      FixedBitSet left = set.clone();
      live.applyMask(left, 0);
      return of(left);
    }
  }

  /** Makes what is not there, deleted documents included. */
  @FunctionalInterface
  interface Matching {
    FixedBitSet matches() throws IOException;
  }

  @FunctionalInterface
  private interface Making {
    Matches make() throws IOException;
  }

  private final long mostBytes;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** The readers that say when they are closed, with what is remembered of each. */
  private final Map<CacheKey, Set<Query>> readers = new HashMap<>();

  private long bytes;

  /** A cache of so many bytes. */
  FilterCache(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** The live documents that match a filter. */
  Matches get(LeafReader segment, Query filter, Matching matching) throws IOException {
    Bits live = segment.getLiveDocs();
    if (segment.maxDoc() < FEWEST_DOCUMENTS) {
      return Matches.of(matching.matches()).live(live);
    }
    Making all =
        () -> get(segment.getCoreCacheHelper(), filter, () -> Matches.of(matching.matches()));
    return live == null
        ? all.make()
        : get(segment.getReaderCacheHelper(), filter, () -> all.make().live(live));
  }

  private Matches get(@Nullable CacheHelper reader, Query filter, Making making)
      throws IOException {
    if (reader == null) {
      return making.make();
    }
    Key key = new Key(reader.getKey(), filter);
    Matches known = get(key);
    if (known != null) {
      return known;
    }
    Matches made = making.make();
    long keyBytes = RamUsageEstimator.sizeOf(filter);
    long size = ENTRY_BYTES + keyBytes + made.set.ramBytesUsed();
    if (keyBytes <= LARGEST_FILTER_BYTES && size <= mostBytes) {
      if (isNew(key.reader)) {
        reader.addClosedListener(this::forget);
      }
      put(key, new Entry(made, size));
    }
    return made;
  }

  private synchronized @Nullable Matches get(Key key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.matches;
  }

  private synchronized boolean isNew(CacheKey reader) {
    return readers.putIfAbsent(reader, new HashSet<>()) == null;
  }

  private synchronized void put(Key key, Entry entry) {
    Set<Query> filters = readers.get(key.reader);
    if (filters == null) {
      // Closed meanwhile.
      return;
    }
    filters.add(key.filter);
    Entry before = entries.put(key, entry);
    bytes += entry.bytes - (before == null ? 0 : before.bytes);
    while (bytes > mostBytes || entries.size() > MOST_ENTRIES) {
      remove(entries.keySet().iterator().next());
    }
  }

  private void remove(Key key) {
    Entry entry = entries.remove(key);
    bytes -= entry == null ? 0 : entry.bytes;
    Set<Query> filters = readers.get(key.reader);
    if (filters != null) {
      filters.remove(key.filter);
    }
  }

  private synchronized void forget(CacheKey reader) {
    Set<Query> filters = readers.remove(reader);
    if (filters != null) {
      filters.forEach(filter -> remove(new Key(reader, filter)));
    }
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized int size() {
    return entries.size();
  }
}
