package org.attunedb.index.internal.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.attunedb.core.Document;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.BulkLoad;
import org.attunedb.index.BulkProgress;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.log.Operation;
import org.attunedb.index.internal.search.GivenIds;
import org.attunedb.index.internal.search.Snapshot;
import org.attunedb.index.internal.store.PendingWrite.Decision;
import org.jspecify.annotations.Nullable;

/**
 * What is written of a collection's documents: checked, embedded and mapped in the caller's thread;
 * what depends on what is there is decided when its turn in {@link GroupCommit} has come.
 * Thread-safe.
 */
final class DocumentEdits {
  private final String name;
  private final DocumentIntake intake;
  private final CollectionIndex index;
  private final GroupCommit writer;
  private final StoreHealth health;

  DocumentEdits(
      String name,
      DocumentIntake intake,
      CollectionIndex index,
      GroupCommit writer,
      StoreHealth health) {
    this.name = name;
    this.intake = intake;
    this.index = index;
    this.writer = writer;
    this.health = health;
  }

  void upsert(List<Document> documents) {
    Objects.requireNonNull(documents, "documents");
    health.requireWritable();
    Change change = prepared(documents);
    if (!documents.isEmpty()) {
      writer.write(PendingWrite.of(change, documents.size()));
    }
  }

  private Change prepared(List<Document> documents) {
    return index.prepare(new Operation.Upsert(intake.prepare(documents)));
  }

  /**
   * Begins a bulk load.
   *
   * @param compact merges all, publishes and commits
   */
  BulkLoad bulkLoad(Consumer<BulkProgress> listener, Runnable compact) {
    Objects.requireNonNull(listener, "listener");
    health.requireWritable();
    return new LuceneBulkLoad(
        name,
        index,
        writer,
        health,
        documents -> prepared(Objects.requireNonNull(documents, "documents")),
        compact,
        listener);
  }

  void insert(List<Document> documents) {
    Objects.requireNonNull(documents, "documents");
    health.requireWritable();
    Change change = prepared(documents);
    List<String> ids = documents.stream().map(Document::id).toList();
    writer.write(
        PendingWrite.reading(
            ids,
            view -> {
              requireNew(view, ids);
              return new Decision(documents.isEmpty() ? null : change, documents.size());
            }));
  }

  private void requireNew(Snapshot view, List<String> ids) throws IOException {
    for (int i = 0; i < ids.size(); i++) {
      if (view.contains(ids.get(i))) {
        throw new ConflictException(
            ErrorCode.ALREADY_EXISTS,
            "collection '%s': document '%s' exists (position %s of the batch)"
                .formatted(name, ids.get(i), i));
      }
    }
  }

  long updateMetadata(Collection<String> ids, MetadataPatch patch) {
    GivenIds.requireAll(ids);
    Objects.requireNonNull(patch, "patch");
    Set<String> distinct = new LinkedHashSet<>(ids);
    requireBatch(distinct.size());
    return writer.write(PendingWrite.reading(distinct, view -> patched(view, distinct, patch)));
  }

  long updateMetadata(Filter filter, MetadataPatch patch) {
    Objects.requireNonNull(filter, "filter").requireWithinLimits();
    Objects.requireNonNull(patch, "patch");
    return writer.write(
        PendingWrite.readingAll(
            view -> {
              requireBatch(view.count(filter));
              return patched(view, view.ids(null, VectorCollection.MAX_BATCH, filter), patch);
            }));
  }

  private void requireBatch(long documents) {
    if (documents > VectorCollection.MAX_BATCH) {
      throw new InvalidInputException(
          ErrorCode.BATCH_TOO_LARGE,
          "collection '%s': got %s documents to update, expected at most %s"
              .formatted(name, documents, VectorCollection.MAX_BATCH));
    }
  }

  private Decision patched(Snapshot view, Collection<String> ids, MetadataPatch patch)
      throws IOException {
    List<Document> changed = new ArrayList<>();
    long bytes = 0;
    for (String id : ids) {
      Document document = view.get(id);
      if (document != null) {
        bytes += DocumentIntake.size(document);
        if (bytes > VectorCollection.MAX_BATCH_BYTES) {
          throw new InvalidInputException(
              ErrorCode.BATCH_TOO_LARGE,
              "collection '%s': the documents to update have more than %s bytes"
                  .formatted(name, VectorCollection.MAX_BATCH_BYTES));
        }
        changed.add(document.withMetadata(patch.applyTo(document.metadata())));
      }
    }
    return changed.isEmpty()
        ? new Decision(null, 0)
        : new Decision(index.prepare(new Operation.Upsert(changed)), changed.size());
  }

  long delete(Collection<String> ids) {
    GivenIds.requireAll(ids);
    Set<String> distinct = new LinkedHashSet<>(ids);
    return writer.write(
        PendingWrite.reading(
            distinct,
            view -> {
              List<String> existing = new ArrayList<>();
              for (String id : distinct) {
                if (view.contains(id)) {
                  existing.add(id);
                }
              }
              return existing.isEmpty()
                  ? new Decision(null, 0)
                  : new Decision(Change.of(new Operation.DeleteIds(existing)), existing.size());
            }));
  }

  long delete(Filter filter) {
    Objects.requireNonNull(filter, "filter").requireWithinLimits();
    return deleteAll(filter, new Operation.DeleteMatching(filter));
  }

  long truncate() {
    return deleteAll(null, new Operation.DeleteAll());
  }

  private long deleteAll(@Nullable Filter filter, Operation operation) {
    Change change = Change.of(operation);
    return writer.write(
        PendingWrite.readingAll(
            view -> {
              long matching = view.count(filter);
              return new Decision(matching == 0 ? null : change, matching);
            }));
  }
}
