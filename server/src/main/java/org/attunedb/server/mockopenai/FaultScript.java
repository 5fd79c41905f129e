package org.attunedb.server.mockopenai;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/** Which request fails how: by number, or the next ones in order. Thread-safe. */
final class FaultScript {
  private final Map<Integer, Fault> byNumber;
  private final Queue<Fault> next = new ArrayDeque<>();

  FaultScript(Map<Integer, Fault> byNumber) {
    this.byNumber = new ConcurrentHashMap<>(byNumber);
  }

  synchronized void append(List<Fault> faults) {
    next.addAll(faults);
  }

  /** The fault of a request; each is given out once. */
  synchronized Fault take(int number) {
    Fault planned = byNumber.remove(number);
    if (planned != null) {
      return planned;
    }
    Fault queued = next.poll();
    return queued == null ? Fault.NONE : queued;
  }
}
