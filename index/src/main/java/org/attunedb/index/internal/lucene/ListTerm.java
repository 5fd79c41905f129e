package org.attunedb.index.internal.lucene;

import java.util.List;

/** A list of strings as one term, such that equal terms mean equal lists. */
final class ListTerm {
  private ListTerm() {}

  static String of(List<String> values) {
    StringBuilder term = new StringBuilder();
    for (String value : values) {
      // The length keeps ["a,b"] apart from ["a","b"].
      term.append(value.length()).append(':').append(value);
    }
    return term.toString();
  }
}
