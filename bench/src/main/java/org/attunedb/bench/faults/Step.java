package org.attunedb.bench.faults;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.attunedb.core.Document;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;

/** One operation of a workload: what it does to a store, and what it should do to documents. */
sealed interface Step {
  /** Carries it out. */
  void run(Session session);

  /** The collection that it is about. */
  String collection();

  /** An operation on a collection's documents. */
  sealed interface Write extends Step {
    @Override
    default void run(Session session) {
      write(session.get(collection()));
    }

    /** Carries it out. */
    void write(VectorCollection collection);

    /** The documents after it; a new map. */
    NavigableMap<String, Document> after(NavigableMap<String, Document> before);
  }

  /** An operation that makes earlier ones durable and changes no document. */
  enum Keeping {
    FLUSH,
    CHECKPOINT,
    COMPACT
  }

  /** {@link VectorCollection#flush} and its like. */
  record Keep(String collection, Keeping how) implements Step {
    @Override
    public void run(Session session) {
      VectorCollection target = session.get(collection);
      switch (how) {
        case FLUSH -> target.flush();
        case CHECKPOINT -> target.checkpoint();
        case COMPACT -> target.compact();
      }
    }
  }

  /** Upserts, or inserts if none of the ids exists. */
  record Put(String collection, List<Document> documents, boolean insert) implements Write {
    @Override
    public void write(VectorCollection target) {
      if (insert) {
        target.insert(documents);
      } else {
        target.upsert(documents);
      }
    }

    @Override
    public NavigableMap<String, Document> after(NavigableMap<String, Document> before) {
      NavigableMap<String, Document> after = new TreeMap<>(before);
      documents.forEach(document -> after.put(document.id(), document));
      return after;
    }

    @Override
    public String toString() {
      return "%s %s %s"
          .formatted(
              insert ? "insert" : "upsert",
              collection,
              documents.stream().map(Document::id).toList());
    }
  }

  /** Changes metadata by ids. */
  record Patch(String collection, List<String> ids, MetadataPatch patch) implements Write {
    @Override
    public void write(VectorCollection target) {
      target.updateMetadata(ids, patch);
    }

    @Override
    public NavigableMap<String, Document> after(NavigableMap<String, Document> before) {
      NavigableMap<String, Document> after = new TreeMap<>(before);
      after.replaceAll((id, document) -> ids.contains(id) ? patched(document, patch) : document);
      return after;
    }
  }

  /** Changes metadata by a filter. */
  record PatchMatching(String collection, Filter filter, MetadataPatch patch) implements Write {
    @Override
    public void write(VectorCollection target) {
      target.updateMetadata(filter, patch);
    }

    @Override
    public NavigableMap<String, Document> after(NavigableMap<String, Document> before) {
      NavigableMap<String, Document> after = new TreeMap<>(before);
      after.replaceAll(
          (id, document) ->
              filter.matches(document.metadata()) ? patched(document, patch) : document);
      return after;
    }
  }

  private static Document patched(Document document, MetadataPatch patch) {
    return document.withMetadata(patch.applyTo(document.metadata()));
  }

  /** Deletes by ids, some of which may be unknown. */
  record Delete(String collection, List<String> ids) implements Write {
    @Override
    public void write(VectorCollection target) {
      target.delete(ids);
    }

    @Override
    public NavigableMap<String, Document> after(NavigableMap<String, Document> before) {
      NavigableMap<String, Document> after = new TreeMap<>(before);
      after.keySet().removeAll(ids);
      return after;
    }
  }

  /** Deletes by a filter. */
  record DeleteMatching(String collection, Filter filter) implements Write {
    @Override
    public void write(VectorCollection target) {
      target.delete(filter);
    }

    @Override
    public NavigableMap<String, Document> after(NavigableMap<String, Document> before) {
      NavigableMap<String, Document> after = new TreeMap<>(before);
      after.values().removeIf(document -> filter.matches(document.metadata()));
      return after;
    }
  }

  /** Deletes everything. */
  record Truncate(String collection) implements Write {
    @Override
    public void write(VectorCollection target) {
      target.truncate();
    }

    @Override
    public NavigableMap<String, Document> after(NavigableMap<String, Document> before) {
      return new TreeMap<>();
    }
  }

  /** Makes a collection. */
  record Create(String collection, CollectionSpec spec) implements Step {
    @Override
    public void run(Session session) {
      session.create(collection, spec);
    }
  }

  /** Drops a collection. */
  record Drop(String collection) implements Step {
    @Override
    public void run(Session session) {
      session.drop(collection);
    }
  }

  /** Gives a collection another name. */
  record Rename(String collection, String newName) implements Step {
    @Override
    public void run(Session session) {
      session.rename(collection, newName);
    }
  }
}
