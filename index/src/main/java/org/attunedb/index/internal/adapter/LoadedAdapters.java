package org.attunedb.index.internal.adapter;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The adapters that searches asked for last. The least recently used go first when their files have
 * more bytes than there is room for; in memory they take about twice as much. Thread-safe.
 */
final class LoadedAdapters {
  private final long mostBytes;
  private final Map<String, Entry> byVersion = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Entry(AppliedAdapter adapter, long bytes) {}

  LoadedAdapters(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  synchronized @Nullable AppliedAdapter get(String version) {
    Entry entry = byVersion.get(version);
    return entry == null ? null : entry.adapter;
  }

  /** Keeps an adapter, and at least this one. */
  synchronized void put(AppliedAdapter adapter, long fileBytes) {
    forget(adapter.version());
    byVersion.put(adapter.version(), new Entry(adapter, fileBytes));
    bytes += fileBytes;
    Iterator<Entry> oldest = byVersion.values().iterator();
    while (bytes > mostBytes && byVersion.size() > 1) {
      bytes -= oldest.next().bytes;
      oldest.remove();
    }
  }

  synchronized void forget(String version) {
    Entry gone = byVersion.remove(version);
    bytes -= gone == null ? 0 : gone.bytes;
  }

  /** How many there are. */
  synchronized int size() {
    return byVersion.size();
  }
}
