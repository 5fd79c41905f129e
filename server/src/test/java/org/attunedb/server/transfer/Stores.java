package org.attunedb.server.transfer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;

/** Real stores for the commands to work on. */
final class Stores {
  private Stores() {}

  static void create(Path store, String name, CollectionSpec spec, List<Document> documents) {
    try (Attune attune = Attune.open(store)) {
      VectorCollection collection = attune.createCollection(name, spec);
      for (int i = 0; i < documents.size(); i += VectorCollection.MAX_BATCH) {
        collection.upsert(
            documents.subList(i, Math.min(i + VectorCollection.MAX_BATCH, documents.size())));
      }
    }
  }

  /** Every document, by id. */
  static List<Document> documents(Path store, String name) {
    try (Attune attune = Attune.open(store)) {
      VectorCollection collection = attune.collection(name);
      List<Document> all = new ArrayList<>();
      List<Document> page = collection.scan(null, 1_000, null);
      while (!page.isEmpty()) {
        all.addAll(page);
        page = collection.scan(page.getLast().id(), 1_000, null);
      }
      return all;
    }
  }
}
