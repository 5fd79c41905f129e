package org.attunedb.index.internal.search;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.CollectionReads;
import org.attunedb.index.CollectionSpec;
import org.jspecify.annotations.Nullable;

/** Reads of a collection's views: checks what is asked, takes one view, asks it. Thread-safe. */
public class ViewReads implements CollectionReads {
  private final String collection;
  private final CollectionSpec spec;
  private final Views views;
  private final AdapterResolver adapters;

  /**
   * Reads of some views.
   *
   * @param collection its name, for messages
   */
  public ViewReads(String collection, CollectionSpec spec, Views views, AdapterResolver adapters) {
    this.collection = collection;
    this.spec = spec;
    this.views = views;
    this.adapters = adapters;
  }

  @Override
  public Optional<Document> get(String id) {
    GivenIds.require(id);
    return views.read(view -> Optional.ofNullable(view.snapshot().get(id)));
  }

  @Override
  public List<Document> getAll(Collection<String> ids) {
    Objects.requireNonNull(ids, "ids");
    requireAtMost(MAX_PAGE, ids.size(), "ids");
    GivenIds.requireAll(ids);
    return views.read(
        view -> {
          List<Document> documents = new ArrayList<>(ids.size());
          for (String id : ids) {
            Document document = view.snapshot().get(id);
            if (document != null) {
              documents.add(document);
            }
          }
          return documents;
        });
  }

  private void requireAtMost(int most, int got, String what) {
    if (got > most) {
      throw new InvalidInputException(
          ErrorCode.BATCH_TOO_LARGE,
          "collection '%s': got %s %s, expected at most %s".formatted(collection, got, what, most));
    }
  }

  @Override
  public long count(@Nullable Filter filter) {
    requireWithinLimits(filter);
    return views.read(view -> view.snapshot().count(filter));
  }

  @Override
  public List<Document> scan(@Nullable String afterId, int limit, @Nullable Filter filter) {
    requirePage(limit, filter);
    return views.read(view -> view.snapshot().scan(afterId, limit, filter));
  }

  @Override
  public List<String> ids(@Nullable String afterId, int limit, @Nullable Filter filter) {
    requirePage(limit, filter);
    return views.read(view -> view.snapshot().ids(afterId, limit, filter));
  }

  @Override
  public List<String> unknownFields(Filter filter) {
    requireWithinLimits(filter);
    return views.read(view -> view.snapshot().unknownFields(filter));
  }

  private static void requirePage(int limit, @Nullable Filter filter) {
    requireWithinLimits(filter);
    if (limit < 1 || limit > MAX_PAGE) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "scan limit is " + limit + ", expected 1 to " + MAX_PAGE);
    }
  }

  private static void requireWithinLimits(@Nullable Filter filter) {
    if (filter != null) {
      filter.requireWithinLimits();
    }
  }

  @Override
  public SearchResponse search(SearchRequest request) {
    requireDirection(Objects.requireNonNull(request, "request"));
    AppliedAdapter adapter = adapter(request);
    return views.read(view -> view.search(request, adapter));
  }

  @Override
  public List<SearchResponse> searchAll(List<SearchRequest> requests) {
    Objects.requireNonNull(requests, "requests");
    requireAtMost(MAX_SEARCHES, requests.size(), "requests");
    for (int i = 0; i < requests.size(); i++) {
      requireDirection(Objects.requireNonNull(requests.get(i), "requests[" + i + "]"));
    }
    List<Search> searches =
        requests.stream().map(request -> new Search(request, adapter(request))).toList();
    return views.read(view -> view.searchAll(searches));
  }

  private @Nullable AppliedAdapter adapter(SearchRequest request) {
    return request.mode() == SearchMode.KEYWORD
        ? null
        : adapters.resolve(request.adapter(), request.filter());
  }

  private void requireDirection(SearchRequest request) {
    Embedding given =
        switch (request.query()) {
          case Query.ByText text -> null;
          case Query.ByEmbedding vector -> vector.embedding();
          case Query.ByTextAndEmbedding both -> both.embedding();
        };
    if (given != null
        && request.mode() != SearchMode.KEYWORD
        && given.isZero()
        && spec.similarity() == Similarity.COSINE) {
      throw new InvalidInputException(
          ErrorCode.ZERO_VECTOR,
          "collection '%s': query vector is zero, which has no direction for COSINE"
              .formatted(collection));
    }
  }
}
