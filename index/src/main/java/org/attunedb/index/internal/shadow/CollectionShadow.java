package org.attunedb.index.internal.shadow;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.CollectionSnapshot;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.ShadowOptions;
import org.attunedb.index.ShadowReport;
import org.attunedb.index.ShadowSearch;
import org.attunedb.index.VectorCollection;

/** Shadow mode of one collection. Thread-safe. */
public final class CollectionShadow implements ShadowSearch {
  private final VectorCollection collection;
  private final ShadowOptions options;
  private final Optional<AdapterScope> scope;
  private final Comparison comparison = new Comparison();
  private final AtomicLong tickets = new AtomicLong();
  private final AtomicLong turns = new AtomicLong();

  /** Shadows searches of a collection. */
  public CollectionShadow(VectorCollection collection, ShadowOptions options) {
    this.collection = collection;
    this.options = Objects.requireNonNull(options, "options");
    this.scope = scope(collection.deepMemory(), options.shadow());
  }

  @Override
  public Answer search(SearchRequest request) {
    Objects.requireNonNull(request, "request");
    long ticket = tickets.incrementAndGet();
    boolean turn = isComparable(request) && turns.getAndIncrement() % options.every() == 0;
    SearchResponse response = turn ? shadowed(ticket, request) : collection.search(request);
    comparison.answered();
    return new Answer(ticket, response);
  }

  private static Optional<AdapterScope> scope(DeepMemory memory, AdapterChoice shadow) {
    try {
      return shadow instanceof AdapterChoice.Version version
          ? memory.version(version.id()).scope()
          : Optional.empty();
    } catch (NotFoundException e) {
      // Then every second search fails, and is counted.
      return Optional.empty();
    }
  }

  /** An adapter of a scope says nothing about other searches. */
  private boolean isComparable(SearchRequest request) {
    return request.mode() != SearchMode.KEYWORD
        && (scope.isEmpty() || scope.get().isPinnedBy(request.filter()));
  }

  private SearchResponse shadowed(long ticket, SearchRequest request) {
    CollectionSnapshot snapshot = collection.snapshot();
    SearchResponse response;
    try {
      response = snapshot.search(request);
    } catch (RuntimeException | Error e) {
      try (snapshot) {
        throw e;
      }
    }
    comparison.shown(ticket, response.ids());
    try {
      options.executor().execute(() -> shadow(ticket, request, response.ids(), snapshot));
    } catch (RejectedExecutionException e) {
      // Overload costs a comparison and nothing else.
      comparison.failed(ticket);
      snapshot.close();
    }
    return response;
  }

  private void shadow(
      long ticket, SearchRequest request, List<String> shown, CollectionSnapshot snapshot) {
    try (snapshot) {
      comparison.shadowed(ticket, shown, snapshot.search(withShadow(request)).ids());
    } catch (RuntimeException e) {
      // The version was deleted, the store closed, the time over, an embedder at fault: counted,
      // and
      // nobody's problem.
      comparison.failed(ticket);
    }
  }

  private SearchRequest withShadow(SearchRequest request) {
    return SearchRequest.of(request.query())
        .k(request.k())
        .mode(request.mode())
        .filter(request.filter())
        .adapter(options.shadow())
        .fusion(request.fusion())
        .tuning(request.tuning())
        .withDocuments(false)
        .offset(request.offset())
        .after(request.after())
        .minScore(request.minScore())
        .mmr(request.mmr())
        .timeout(request.timeout())
        .build();
  }

  @Override
  public boolean choose(long ticket, String id) {
    Objects.requireNonNull(id, "id");
    return comparison.choose(ticket, id);
  }

  @Override
  public ShadowReport report() {
    return comparison.report();
  }
}
