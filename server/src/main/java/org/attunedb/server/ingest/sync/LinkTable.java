package org.attunedb.server.ingest.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers for the addresses that pages lead to. Pages of one site lead to much the same ones: each
 * is kept once in memory and written once. Not thread-safe.
 */
final class LinkTable {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Integer, String> addresses = new HashMap<>();
  private int next;

  /** Hears of addresses that get a number. */
  interface Additions {
    void added(int number, String address) throws IOException;
  }

  /** Takes over a number from a file; of two addresses for one number the later counts. */
  void put(int number, String address) {
    addresses.put(number, address);
    numbers.put(address, number);
    next = Math.max(next, number + 1);
  }

  /** The numbers of addresses; those that have none get one. */
  List<Integer> numbers(List<String> links, Additions additions) throws IOException {
    List<Integer> all = new ArrayList<>(links.size());
    for (String link : links) {
      Integer number = numbers.get(link);
      // An address whose number went to another one meanwhile needs a new one.
      if (number == null || !link.equals(addresses.get(number))) {
        number = next;
        put(number, link);
        additions.added(number, link);
      }
      all.add(number);
    }
    return all;
  }

  /** The address of a number; empty if it was lost. */
  Optional<String> address(int number) {
    return Optional.ofNullable(addresses.get(number));
  }

  /** The addresses of numbers that were given out; they take no memory of their own. */
  List<String> addresses(List<Integer> given) {
    return given.stream().map(number -> address(number).orElseThrow()).toList();
  }
}
