package org.attunedb.index;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.Document;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a collection. Each call sees one immutable view: a {@link VectorCollection}
 * answers from the newest, a {@link CollectionSnapshot} always from its own. A null id is {@code
 * id_invalid}; another null where none is allowed is a {@link NullPointerException} that names the
 * parameter. Thread-safe.
 */
public interface CollectionReads {
  /** Most documents or ids that one call names or returns. */
  int MAX_PAGE = 10_000;

  /** Most requests of one batch of searches. */
  int MAX_SEARCHES = 1_000;

  /** The document of an id, with its embedding (of unit length in a cosine collection). */
  Optional<Document> get(String id);

  /**
   * The documents of several ids on one view, with embeddings.
   *
   * @param ids at most {@value #MAX_PAGE}
   * @return in the order of the ids; ids without a document are left out, repeated ones repeated
   * @throws InvalidInputException {@code batch_too_large}
   */
  List<Document> getAll(Collection<String> ids);

  /** Number of documents that match; of all if the filter is null. */
  long count(@Nullable Filter filter);

  /**
   * Documents with embeddings, in the order of their ids' UTF-8 bytes.
   *
   * @param afterId the last id of the previous page; null for the first
   * @param limit most documents to return, 1 to {@value #MAX_PAGE}
   * @param filter which documents; null for all
   * @return an empty list after the last page
   */
  List<Document> scan(@Nullable String afterId, int limit, @Nullable Filter filter);

  /** The ids of the documents that {@link #scan} returns, without reading the documents. */
  List<String> ids(@Nullable String afterId, int limit, @Nullable Filter filter);

  /**
   * The metadata fields that a filter names and no document has, sorted: most often a slip of the
   * pen. Fields of documents that were deleted lately may count as known.
   *
   * @throws InvalidInputException {@code filter_too_complex} or {@code filter_invalid}
   */
  List<String> unknownFields(Filter filter);

  /**
   * Searches.
   *
   * @throws InvalidInputException if the query vector has another dimension, is zero where the
   *     similarity is cosine, or a text comes without an embedder
   * @throws org.attunedb.core.error.NotFoundException for an unknown adapter version
   */
  SearchResponse search(SearchRequest request);

  /**
   * Searches several times on one view; texts are embedded together and the searches run in
   * parallel. A fault in one request is a fault of the whole call.
   *
   * @param requests at most {@value #MAX_SEARCHES}
   * @return the answers in the order of the requests, each as {@link #search} would give it
   * @throws InvalidInputException {@code batch_too_large}, or as {@link #search}
   */
  List<SearchResponse> searchAll(List<SearchRequest> requests);
}
