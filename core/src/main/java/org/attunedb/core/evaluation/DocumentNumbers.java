package org.attunedb.core.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small numbers for ids, so that many rankings fit into memory. Not thread-safe. */
final class DocumentNumbers {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> ids = new ArrayList<>();

  /** The number of an id, a new one if it has none. */
  int number(String id) {
    Integer known = numbers.get(id);
    if (known != null) {
      return known;
    }
    numbers.put(id, ids.size());
    ids.add(id);
    return ids.size() - 1;
  }

  String id(int number) {
    return ids.get(number);
  }

  int size() {
    return ids.size();
  }
}
