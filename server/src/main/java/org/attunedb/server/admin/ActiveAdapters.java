package org.attunedb.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.VectorCollection;

/** Which adapters a collection's searches use, in a word. Stateless. */
final class ActiveAdapters {
  private ActiveAdapters() {}

  /** The collection's version, and how many scopes have one of their own. */
  static String text(VectorCollection collection) {
    DeepMemory memory = collection.deepMemory();
    String all = memory.activeVersion().orElse("none");
    int scopes = memory.scopes().size();
    return scopes == 0 ? all : all + ", " + scopes + (scopes == 1 ? " scope" : " scopes");
  }

  /** The same as members {@code adapter} and {@code scopedAdapters}. */
  static void put(ObjectNode row, VectorCollection collection) {
    DeepMemory memory = collection.deepMemory();
    row.put("adapter", memory.activeVersion().orElse(null));
    row.put("scopedAdapters", memory.scopes().size());
  }
}
