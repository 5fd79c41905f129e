package org.attunedb.server.mockopenai;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** The last requests. Thread-safe. */
final class RequestLog {
  private static final int MOST = 100_000;

  private final Deque<LoggedRequest> entries = new ArrayDeque<>();

  synchronized void add(LoggedRequest request) {
    if (entries.size() == MOST) {
      entries.removeFirst();
    }
    entries.addLast(request);
  }

  synchronized List<LoggedRequest> entries() {
    return entries.stream().sorted(Comparator.comparingInt(LoggedRequest::number)).toList();
  }

  synchronized void clear() {
    entries.clear();
  }
}
