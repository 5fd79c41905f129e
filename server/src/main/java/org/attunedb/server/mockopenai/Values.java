package org.attunedb.server.mockopenai;

import java.util.List;

/**
 * What to write into an answer that follows a schema. A value is asked for by the name of its
 * member and its place in the innermost array around it, 0 where there is none.
 */
interface Values {
  /** How many items an array has. */
  int items(String member);

  /** A string. */
  String text(String member, int place);

  /** A boolean. */
  boolean flag(String member, int place);

  /** A number. */
  default int number(String member, int place) {
    return flag(member, place) ? 1 : 0;
  }

  /** One of an enumeration's values, by position: the first stands for yes, the last for no. */
  default int choice(String member, int place, List<String> options) {
    int named = options.indexOf(text(member, place));
    if (named >= 0) {
      return named;
    }
    return flag(member, place) ? 0 : options.size() - 1;
  }
}
