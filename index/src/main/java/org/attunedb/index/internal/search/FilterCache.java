package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.IndexReader.CacheKey;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which documents of a segment match a filter, deleted ones included, so that an entry is good for
 * as long as its segment is. The least recently used go first when there are too many bytes.
 * Thread-safe.
 */
final class FilterCache {
  private record Key(CacheKey segment, Query filter) {}

  /** Makes what is not there. */
  @FunctionalInterface
  interface Matching {
    FixedBitSet matches() throws IOException;
  }

  private final long mostBytes;
  private final Map<Key, FixedBitSet> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** A cache of so many bytes. */
  FilterCache(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** The matches of a filter, never to be changed. */
  FixedBitSet get(LeafReader segment, Query filter, Matching matching) throws IOException {
    CacheHelper core = segment.getCoreCacheHelper();
    if (core == null) {
      return matching.matches();
    }
    Key key = new Key(core.getKey(), filter);
    FixedBitSet known = get(key);
    if (known != null) {
      return known;
    }
    FixedBitSet made = matching.matches();
    if (put(key, made)) {
      core.addClosedListener(this::forget);
    }
    return made;
  }

  private synchronized @Nullable FixedBitSet get(Key key) {
    return entries.get(key);
  }

  /** Whether it is the first of its segment. */
  private synchronized boolean put(Key key, FixedBitSet matches) {
    boolean first = entries.keySet().stream().noneMatch(k -> k.segment.equals(key.segment));
    FixedBitSet before = entries.put(key, matches);
    bytes += matches.ramBytesUsed() - (before == null ? 0 : before.ramBytesUsed());
    var oldest = entries.entrySet().iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      bytes -= oldest.next().getValue().ramBytesUsed();
      oldest.remove();
    }
    return first;
  }

  private synchronized void forget(CacheKey segment) {
    entries
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = entry.getKey().segment.equals(segment);
              bytes -= gone ? entry.getValue().ramBytesUsed() : 0;
              return gone;
            });
  }

  synchronized long bytes() {
    return bytes;
  }
}
